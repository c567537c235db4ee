import * as tf from '@tensorflow/tfjs-core';

/**
 * Rotary positions (Su et al. 2021) on [batch, heads, positions, features]: at position t, features i and
 * i + rotated/2 are turned by the angle t·10000^(−2i/rotated). Features from `rotated` on stay as they are.
 */
export function rotate(x: tf.Tensor, rotated = x.shape[3]!): tf.Tensor {
  const half = rotated / 2;
  const positions = tf.range(0, x.shape[2]!, 1);
  const frequencies = tf.pow(10000, tf.div(tf.range(0, half, 1), -half));
  const angles = tf.mul(tf.expandDims(positions, 1), frequencies);
  const [cos, sin] = [tf.cos(angles), tf.sin(angles)];
  const features = (from: number, size: number) => tf.slice(x, [0, 0, 0, from], [-1, -1, -1, size]);
  const [real, imaginary] = [features(0, half), features(half, half)];
  return tf.concat(
    [
      tf.sub(tf.mul(real, cos), tf.mul(imaginary, sin)),
      tf.add(tf.mul(real, sin), tf.mul(imaginary, cos)),
      ...(rotated < x.shape[3]! ? [features(rotated, x.shape[3]! - rotated)] : []),
    ],
    3,
  );
}
