import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { inHeads } from './groupedAttention';
import { linear, linearShapes } from './pytorchLayers';

/** The names of the four dense layers of an attention. */
export interface AttentionNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
}

/** Settings of an attention, beyond its inputs. */
export interface AttentionSettings {
  readonly heads: number;
  /** The source of keys and values [batch, positions, features]. Default: the input. */
  readonly memory?: tf.Tensor;
  /** The factor of the scores. Default 1/√(features of a head). */
  readonly scale?: number;
  /** Values that are added to the scores, such as [heads, queries, keys]. Default: nothing. */
  readonly bias?: tf.Tensor;
}

/**
 * The shapes of an attention's parameters.
 *
 * @param units - The features of all heads.
 * @param without - The layers that have no bias.
 */
export function attentionShapes(
  names: AttentionNames,
  features: number,
  units: number,
  without: readonly (keyof AttentionNames)[] = [],
) {
  const shapesOf = (layer: keyof AttentionNames, inputs: number, outputs: number) =>
    linearShapes(names[layer], inputs, outputs, !without.includes(layer));
  return {
    ...shapesOf('query', features, units),
    ...shapesOf('key', features, units),
    ...shapesOf('value', features, units),
    ...shapesOf('output', units, features),
  };
}

/** Attention with several heads: softmax(scale·Q·Kᵀ + bias)·V (Vaswani et al. 2017), on [batch, positions, features]. */
export function attention(
  params: Params,
  names: AttentionNames,
  x: tf.Tensor,
  { heads, memory = x, scale, bias }: AttentionSettings,
): tf.Tensor {
  const query = inHeads(linear(params, names.query, x), heads);
  const key = inHeads(linear(params, names.key, memory), heads);
  const value = inHeads(linear(params, names.value, memory), heads);
  const factor = scale ?? 1 / Math.sqrt(query.shape[3]!);
  const products = tf.mul(tf.matMul(query, tf.transpose(key, [0, 1, 3, 2])), factor);
  const scores = bias ? tf.add(products, bias) : products;
  const mixed = tf.transpose(tf.matMul(tf.softmax(scores), value), [0, 2, 1, 3]);
  return linear(params, names.output, tf.reshape(mixed, [...x.shape.slice(0, -1), -1]));
}

/** A bias that hides later positions from earlier ones: [positions, positions]. */
export function causalMask(positions: number): tf.Tensor2D {
  const rows = Array.from({ length: positions }, (_, i) =>
    Array.from({ length: positions }, (_, j) => (j > i ? -1e9 : 0)),
  );
  return tf.tensor2d(rows);
}
