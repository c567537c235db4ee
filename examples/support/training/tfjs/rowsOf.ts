import * as tf from '@tensorflow/tfjs-core';

/** Maps [n, h, w, c] as the rows [n·h·w, c] of every position. */
export function rowsOf(maps: tf.Tensor): tf.Tensor2D {
  return tf.reshape(maps, [-1, maps.shape.at(-1)!]);
}

/** Σ_i x[i] of x [rows, c]: [c]. A product with ones, since sums over the first axis are slow on wasm. */
export function sumOfRows(x: tf.Tensor2D): tf.Tensor1D {
  return tf.reshape(tf.matMul(tf.ones([1, x.shape[0]]), x), [x.shape[1]]);
}
