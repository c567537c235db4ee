import { reshape, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../params/internal';
import { isBeyondWebGpu } from './isBeyondWebGpu';
import { ownOrder, reordered, storedIn, type TensorValue, toTensor, type Value } from './value';

/** Values as tensors whose axes are in one order, ready for an elementwise kernel. */
export interface Aligned {
  readonly tensors: readonly Tensor[];
  /** The order of the axes of tensors of the full rank. */
  readonly order: readonly number[];
}

/**
 * The tensors of values that broadcast against each other, in the order of storage of the largest of them. Smaller
 * values follow: a bias [channels, 1, 1] becomes [1, 1, 1, channels] beside a channels-last image.
 */
export function aligned(values: readonly Value[]): Aligned {
  const rank = Math.max(...values.map(({ shape }) => shape.length));
  const order = orderOf(values, rank);
  const isOwn = order.every((axis, i) => axis === i);
  // tfjs-webgpu adds vectors to tensors of up to 4 axes only, and silently computes nothing beyond.
  if (isOwn && !isBeyondWebGpu(rank)) return { tensors: values.map(toTensor), order };
  return { tensors: values.map((value) => alignedTensor(value, order)), order };
}

/** The order of storage of the largest tensor of the full rank. */
function orderOf(values: readonly Value[], rank: number): readonly number[] {
  const full = values.filter(
    (value): value is TensorValue => value.kind === 'tensor' && value.shape.length === rank,
  );
  const sizes = full.map(({ shape }) => sizeOf(shape));
  const largest = full[sizes.indexOf(Math.max(...sizes))];
  return largest?.order ?? ownOrder(rank);
}

function alignedTensor(value: Value, order: readonly number[]): Tensor {
  const missing = order.length - value.shape.length;
  if (missing === 0) return storedIn(value, order);
  if (sizeOf(value.shape) === 1) return toTensor(value);
  const shape = [...new Array<number>(missing).fill(1), ...value.shape];
  return reordered(reshape(toTensor(value), shape), order);
}
