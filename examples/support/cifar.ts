import * as tf from '@tensorflow/tfjs-core';

/** The mean and the standard deviation of CIFAR-10's training images by channel: red, green, blue. */
const MEAN = [0.4914, 0.4822, 0.4465];
const DEVIATION = [0.247, 0.2435, 0.2616];
const PIXELS = 32 * 32 * 3;

/** The input of a network from bytes [n, 32, 32, 3]: pixels in 0 … 1, standardised by channel. */
export function cifarImages(bytes: Uint8Array): tf.Tensor4D {
  return tf.tidy(() => {
    const pixels = tf.tensor4d(Float32Array.from(bytes), [bytes.length / PIXELS, 32, 32, 3]);
    return tf.div(tf.sub(tf.div(pixels, 255), MEAN), DEVIATION);
  });
}
