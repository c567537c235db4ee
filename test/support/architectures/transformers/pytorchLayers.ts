import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';

/** The shapes of a dense layer's parameters. */
export function linearShapes(name: string, inputs: number, outputs: number, bias = true) {
  return { [`${name}.weight`]: [outputs, inputs], ...(bias && { [`${name}.bias`]: [outputs] }) };
}

/** The shapes of a layer normalisation's parameters. */
export function normShapes(name: string, units: number) {
  return { [`${name}.weight`]: [units], [`${name}.bias`]: [units] };
}

/** x·Wᵀ + b on the last axis of x. The bias may be missing. */
export function linear(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  const weight = params[`${name}.weight`];
  const [outputs, inputs] = weight.shape;
  const product = tf.matMul(tf.reshape(x, [-1, inputs]), tf.transpose(weight));
  const shaped = tf.reshape(product, [...x.shape.slice(0, -1), outputs]);
  const bias = params[`${name}.bias`];
  return bias ? tf.add(shaped, bias) : shaped;
}

/** Layer normalisation over the last axis (Ba et al. 2016). */
export function layerNorm(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  const normal = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-6)));
  return tf.add(tf.mul(normal, params[`${name}.weight`]), params[`${name}.bias`]);
}

/** The rows of a table at ids of any shape. */
export function embedding(params: Params, name: string, ids: tf.Tensor): tf.Tensor {
  return tf.gather(params[`${name}.weight`], tf.cast(ids, 'int32'));
}

/** A convolution of an image [batch, height, width, channels] with a kernel [out, in, height, width]. */
export function convolution(
  params: Params,
  name: string,
  x: tf.Tensor,
  stride: number,
  padding: number | 'same' | 'valid' = 'valid',
): tf.Tensor {
  const kernel = tf.transpose(params[`${name}.weight`], [2, 3, 1, 0]) as tf.Tensor4D;
  const result = tf.conv2d(x as tf.Tensor4D, kernel, stride, padding);
  const bias = params[`${name}.bias`];
  return bias ? tf.add(result, bias) : result;
}

/** x·Φ(x), with the normal distribution Φ (Hendrycks & Gimpel 2016). */
export function gelu(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1));
}
