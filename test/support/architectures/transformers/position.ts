import * as tf from '@tensorflow/tfjs-core';

/** The features at a position of x [batch, positions, features]: [batch, features]. */
export function position(x: tf.Tensor, at: number): tf.Tensor {
  return tf.reshape(tf.slice(x, [0, at, 0], [-1, 1, -1]), [x.shape[0], -1]);
}
