import * as tf from '@tensorflow/tfjs-core';
import { fromQuarters, type Quarters, quartersOf } from './quarters';

/**
 * The input's gradient of 2 × 2 max pooling y = max(x), given δ = ∂loss/∂y: the first pixel of every square that
 * equals the maximum has the gradient, as in PyTorch, the other three 0. (tfjs computes it on wasm as slowly as a
 * convolution.)
 */
export function poolingGradient(x: tf.Tensor4D, y: tf.Tensor4D, delta: tf.Tensor4D): tf.Tensor4D {
  let rest = delta;
  const parts = quartersOf(x).map((quarter) => {
    const part = tf.mul(rest, tf.cast(tf.equal(quarter, y), 'float32')) as tf.Tensor4D;
    rest = tf.sub(rest, part);
    return part;
  });
  return fromQuarters(parts as unknown as Quarters);
}
