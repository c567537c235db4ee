import * as tf from '@tensorflow/tfjs-core';
import { standardised } from './standardised';

/** The input of a network from bytes [n, size, size, 3]: pixels in 0 … 1, standardised by channel. */
export function cifarImages(bytes: Uint8Array, size = 32): tf.Tensor4D {
  return tf.tensor4d(standardised(bytes), [bytes.length / (3 * size ** 2), size, size, 3]);
}
