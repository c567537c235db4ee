import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { forwardOf } from './forwardOf';
import type { LayerNormNetwork } from './layerNormNetwork';

/** The mean and the standard deviation of each channel of y [n, h, w, c] over samples and positions, [c]. */
export function channelStatistics(y: tf.Tensor4D): { mean: tf.Tensor; deviation: tf.Tensor } {
  const { mean, variance } = tf.moments(y, [0, 1, 2]);
  return { mean, deviation: tf.sqrt(variance) };
}

/**
 * The statistics of a network's normalisations on images [n, size, size, 3]: for each, `norm.mean` and
 * `norm.deviation` of its output's channels, [c]. They can be mixed like parameters.
 */
export function normStatistics(
  network: LayerNormNetwork,
  params: Params,
  images: tf.Tensor,
): Params {
  const statistics: Record<string, tf.Tensor> = {};
  const forward = forwardOf(network, (norm, y) => {
    const { mean, deviation } = channelStatistics(y);
    statistics[`${norm}.mean`] = tf.keep(mean);
    statistics[`${norm}.deviation`] = tf.keep(deviation);
    return y;
  });
  forward(params, images).dispose();
  return statistics;
}
