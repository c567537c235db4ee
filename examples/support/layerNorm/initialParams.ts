import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { convolutionsOf, type LayerNormNetwork } from './layerNormNetwork';

/**
 * The initial parameters of a network, as PyTorch draws them: weights and the bias of `fc` are uniform in
 * ±1/√fan-in, scales are 1 and shifts 0. The same seed gives the same parameters on every backend.
 */
export function initialParams(network: LayerNormNetwork, seed: number): Params {
  const params: Record<string, tf.Tensor> = {};
  let draws = 0;
  const uniform = (shape: number[], fanIn: number) => {
    const bound = 1 / Math.sqrt(fanIn);
    return tf.randomUniform(shape, -bound, bound, 'float32', 1000 * seed + draws++);
  };
  for (const { conv, norm, inputs, channels, kernel } of convolutionsOf(network)) {
    params[`${conv}.weight`] = uniform([channels, inputs, kernel, kernel], inputs * kernel ** 2);
    params[`${norm}.weight`] = tf.ones([channels]);
    params[`${norm}.bias`] = tf.zeros([channels]);
  }
  const { features, classes } = network;
  params['fc.weight'] = uniform([classes, features], features);
  params['fc.bias'] = uniform([classes], features);
  return params;
}
