import {
  add,
  max,
  minimum,
  mul,
  relu,
  reshape,
  scalar,
  softmax,
  type Tensor,
  tanh,
  tensor,
} from '@tensorflow/tfjs-core';
import { permutedValue, type TensorValue, tensorValue, toTensor } from '../../values/value';
import { product } from '../matrix/product';

/** Heads that attend to others, and how. */
export interface Attention {
  /** [batch, heads, rows, depth]. */
  readonly query: TensorValue;
  /** [batch, groups, columns, depth]. Each group serves as many heads in a row. */
  readonly key: TensorValue;
  /** [batch, groups, columns, depth of values]. */
  readonly value: TensorValue;
  /** The factor of the scores. */
  readonly scale: number;
  /** Tensors that are added to the scores and broadcast to [batch, heads, rows, columns]. */
  readonly biases: readonly Tensor[];
  /** Products are bounded to ±softcap before biases are added; 0: not. */
  readonly softcap?: number;
  /** True if the biases may hide all columns of a row. Such a row has zeros as weights. */
  readonly mayHideRows?: boolean;
}

/** The result of attention, and the scores after each step. */
export interface Attended {
  /** [batch, heads, rows, depth of values]. */
  readonly output: TensorValue;
  /** Scaled products, bounded, with biases, after softmax: [batch, heads, rows, columns] each. */
  readonly scores: readonly Tensor[];
}

/** The number that hides a score from softmax: finite, because not all devices keep infinities. */
export const HIDDEN = -1e30;

/** softmax(softcap(scale · query · keyᵀ) + biases) · value for each head. */
export function attend({
  query,
  key,
  value,
  scale,
  biases,
  softcap = 0,
  mayHideRows = false,
}: Attention): Attended {
  const [batch, heads, rows, depth] = query.shape;
  const [, groups, columns] = key.shape;
  const scoresShape = [batch, heads, rows, columns];
  // The heads of a group are rows of one product, so that keys and values are not repeated.
  const groupRows = (heads / groups) * rows;
  const q = reshape(scaled(toTensor(query), scale), [batch, groups, groupRows, depth]);
  const raw = reshape(product(q, toTensor(permutedValue(key, [0, 1, 3, 2]))), scoresShape);
  // Scores are bounded before masks are added, so that what a mask hides stays hidden.
  const bounded = softcap === 0 ? raw : mul(tanh(mul(raw, scalar(1 / softcap))), scalar(softcap));
  const biased = biases.length === 0 ? bounded : add(bounded, sumOf(biases));
  const weights = mayHideRows ? mul(softmax(biased), isShown(biased)) : softmax(biased);
  const mixed = product(reshape(weights, [batch, groups, groupRows, columns]), toTensor(value));
  const output = reshape(mixed, [batch, heads, rows, value.shape[3]]);
  return { output: tensorValue(output), scores: [raw, bounded, biased, weights] };
}

/** Hides from row i all columns behind i + `past`. [rows, columns]. */
export function causalBias(rows: number, columns: number, past = 0): Tensor {
  return windowBias(rows, columns, past, [Number.POSITIVE_INFINITY, 0]);
}

/** Hides from row i all columns more than `left` before i + `past`, or more than `right` behind it. [rows, columns]. */
export function windowBias(
  rows: number,
  columns: number,
  past: number,
  [left, right]: readonly [left: number, right: number],
): Tensor {
  const hidden = Float32Array.from({ length: rows * columns }, (_, at) => {
    const distance = (at % columns) - Math.floor(at / columns) - past;
    return -left <= distance && distance <= right ? 0 : HIDDEN;
  });
  return tensor(hidden, [rows, columns]);
}

/** 1 for rows with a score that is not hidden, and 0 for others. [batch, heads, rows, 1]. */
function isShown(scores: Tensor): Tensor {
  const largest = max(scores, -1, true);
  return minimum(relu(add(mul(largest, scalar(-2 / HIDDEN)), scalar(1))), scalar(1));
}

function scaled(query: Tensor, factor: number): Tensor {
  return factor === 1 ? query : mul(query, scalar(factor));
}

/** The sum of biases, the small ones first. */
function sumOf(biases: readonly Tensor[]): Tensor {
  return [...biases].sort((a, b) => a.size - b.size).reduce((sum, each) => add(sum, each));
}
