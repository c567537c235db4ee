import * as tf from '@tensorflow/tfjs-core';

/** Settings of a causal attention. */
export interface GroupedAttentionSettings {
  /** The factor of the scores. Default 1/√(features of a head). */
  readonly scale?: number;
  /** The bound c of the scores, which become c·tanh(score / c). Default: none. */
  readonly bound?: number;
  /** The number of positions that a query sees, with its own. Default: all up to its own. */
  readonly window?: number;
}

/**
 * Causal attention in which several query heads in a row share a head of keys and values (Ainslie et al. 2023).
 *
 * @param query - [batch, heads, positions, features].
 * @param key - [batch, shared heads, positions, features].
 * @param value - [batch, shared heads, positions, features].
 * @returns [batch, positions, heads · features].
 */
export function groupedAttention(
  query: tf.Tensor,
  key: tf.Tensor,
  value: tf.Tensor,
  { scale = 1 / Math.sqrt(query.shape[3]!), bound, window }: GroupedAttentionSettings = {},
): tf.Tensor {
  const [batch, heads, positions] = query.shape;
  const each = heads / key.shape[1]!;
  const shared = tf.tensor1d(
    Array.from({ length: heads }, (_, head) => Math.floor(head / each)),
    'int32',
  );
  const [keys, values] = [key, value].map((own) => tf.gather(own, shared, 1));
  const products = tf.mul(tf.matMul(query, tf.transpose(keys, [0, 1, 3, 2])), scale);
  const scores = bound === undefined ? products : tf.mul(tf.tanh(tf.div(products, bound)), bound);
  const weights = tf.softmax(tf.add(scores, mask(positions, window)));
  return tf.reshape(tf.transpose(tf.matMul(weights, values), [0, 2, 1, 3]), [batch, positions, -1]);
}

/** [batch, positions, heads · features] as [batch, heads, positions, features]. */
export function inHeads(x: tf.Tensor, heads: number): tf.Tensor {
  const [batch, positions] = x.shape;
  return tf.transpose(tf.reshape(x, [batch, positions, heads, -1]), [0, 2, 1, 3]);
}

/** Zero where query i sees position j, else a large negative number: [positions, positions]. */
function mask(positions: number, window = positions): tf.Tensor2D {
  const rows = Array.from({ length: positions }, (_, i) =>
    Array.from({ length: positions }, (_, j) => (j > i || j <= i - window ? -1e9 : 0)),
  );
  return tf.tensor2d(rows);
}
