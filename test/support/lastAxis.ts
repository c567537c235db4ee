import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';

/** x·W over the last axis of x. */
export function product(x: tf.Tensor, w: tf.Tensor): tf.Tensor {
  const flat = tf.reshape(x, [-1, w.shape[0]]) as tf.Tensor2D;
  return tf.reshape(tf.matMul(flat, w as tf.Tensor2D), [...x.shape.slice(0, -1), w.shape[1]!]);
}

/** x·W + b. */
export function affine(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  return tf.add(product(x, params[name]), params[`${name}/bias`]);
}
