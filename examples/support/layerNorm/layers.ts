import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';

/** PyTorch's default for `nn.GroupNorm`. */
const EPSILON = 1e-5;

/**
 * A convolution without bias, x [n, h, w, in] ∗ weight [out, in, k, k] in PyTorch's layout, with ⌊k/2⌋ zeros on
 * every side at every stride, as `nn.Conv2d(…, padding=k // 2)` pads. (`'same'` of tfjs pads less at stride 2.)
 */
export function convolution(params: Params, name: string, x: tf.Tensor, stride = 1): tf.Tensor4D {
  const kernel = tf.transpose(params[`${name}.weight`], [2, 3, 1, 0]) as tf.Tensor4D;
  const padding = (kernel.shape[0] - 1) / 2;
  return tf.conv2d(x as tf.Tensor4D, kernel, stride, padding, 'NHWC', 1, 'floor');
}

/**
 * Layer normalisation of maps x [n, h, w, c], `nn.GroupNorm` with one group: with the mean μ and the variance σ²
 * of each sample over channels, height and width,
 *
 *     y = γ ⊙ (x − μ)/√(σ² + ε) + β      γ = weight [c]      β = bias [c]
 */
export function layerNorm(params: Params, name: string, x: tf.Tensor): tf.Tensor4D {
  const { mean, variance } = tf.moments(x, [1, 2, 3], true);
  const scaled = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, EPSILON)));
  return tf.add(tf.mul(scaled, params[`${name}.weight`]), params[`${name}.bias`]);
}

/** The logits [n, classes] of `fc`, on the mean of the maps x [n, h, w, c] over height and width. */
export function meanAndDense(params: Params, x: tf.Tensor): tf.Tensor2D {
  const features = tf.mean(x, [1, 2]) as tf.Tensor2D;
  const kernel = tf.transpose(params['fc.weight']) as tf.Tensor2D;
  return tf.add(tf.matMul(features, kernel), params['fc.bias']);
}
