import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';

/** The inner product of two networks, S = Σ ⟨A_w, B_w⟩ over all parameters w: a scalar. */
export function sumOfProducts(a: Params, b: Params): tf.Tensor {
  return tf.tidy(() => tf.addN(Object.keys(a).map((name) => tf.sum(tf.mul(a[name], b[name])))));
}
