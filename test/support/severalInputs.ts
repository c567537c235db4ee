import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec } from 'perm-lmc';

/** Ids of tokens, int32 [N, 1], and features, float32 [N, 4]. */
export type Pair = readonly [ids: tf.Tensor, x: tf.Tensor];

const hiddenLayer = (p: Params, ids: tf.Tensor, x: tf.Tensor): tf.Tensor =>
  tf.add(tf.add(tf.gather(p.table, tf.squeeze(ids, [1])), tf.matMul(x, p.w)), p.bias);

/** relu(norm(table[ids] + x·w + bias))·o: logits [N, 3]. */
function logits(p: Params, ids: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const h = hiddenLayer(p, ids, x);
  const z = p.mean ? tf.batchNorm(h, p.mean as tf.Tensor1D, p.variance as tf.Tensor1D) : h;
  return tf.matMul(tf.relu(z), p.o);
}

/** The same network with two tensors in an array, two tensors by name, and one tensor with both side by side. */
export const forwards = {
  array: (p: Params, [ids, x]: readonly tf.Tensor[]) => logits(p, ids, x),
  record: (p: Params, { ids, x }: Readonly<Record<string, tf.Tensor>>) => logits(p, ids, x),
  joined: (p: Params, both: tf.Tensor) =>
    logits(
      p,
      tf.cast(tf.slice(both, [0, 0], [both.shape[0], 1]), 'int32'),
      tf.slice(both, [0, 1], [both.shape[0], 4]),
    ),
};

/** The units of the hidden layer, [N, 6]. */
export const units = ([ids, x]: Pair, p: Params): tf.Tensor => hiddenLayer(p, ids, x);

/** Its spec. */
export const spec = permutationSpec({ table: '_ h', w: '_ h', bias: 'h', o: 'h _' });

/** Random params of it. */
export function params(seed: number): Params {
  const random = (shape: number[], i: number) =>
    tf.randomNormal(shape, 0, 0.7, 'float32', 10 * seed + i);
  return {
    table: random([5, 6], 1),
    w: random([4, 6], 2),
    bias: random([6], 3),
    o: random([6, 3], 4),
  };
}

/** Params with a batch normalisation. */
export function normalisedParams(seed: number): Params {
  return { ...params(seed), mean: tf.zeros([6]), variance: tf.ones([6]) };
}

/** N samples: two tensors, the same by name, and the same side by side. */
export function samples(count: number, seed = 1) {
  const ids = tf.tensor2d(
    Array.from({ length: count }, (_, i) => [(3 * i + seed) % 5]),
    [count, 1],
    'int32',
  );
  const x = tf.randomNormal([count, 4], 0, 1, 'float32', seed);
  const joined = tf.tidy(() => tf.concat([tf.cast(ids, 'float32'), x], 1));
  return { array: [ids, x] as const, record: { ids, x }, joined };
}
