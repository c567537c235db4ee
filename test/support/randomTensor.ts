import * as tf from '@tensorflow/tfjs-core';

/** A tensor of normally distributed values, the same for the same seed. */
export function randomTensor(shape: readonly number[], seed: number, deviation = 1): tf.Tensor {
  return tf.randomNormal([...shape], 0, deviation, 'float32', seed);
}
