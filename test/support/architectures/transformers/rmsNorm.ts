import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';

/** (offset + w)·x / √(mean of x²) over the last axis (Zhang & Sennrich 2019). */
export function rmsNorm(params: Params, name: string, x: tf.Tensor, offset = 0): tf.Tensor {
  const square = tf.mean(tf.square(x), -1, true);
  const normal = tf.div(x, tf.sqrt(tf.add(square, 1e-6)));
  return tf.mul(normal, tf.add(params[`${name}.weight`], offset));
}
