import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { forwardOf } from './forwardOf';
import type { LayerNormNetwork } from './layerNormNetwork';
import { channelStatistics } from './normStatistics';

/** A channel whose standard deviation is smaller keeps its scale. */
const CONSTANT = 1e-5;

/**
 * REPAIR for layer normalisation: gives each channel of each normalisation's output the mean and the standard
 * deviation of `target`, by its scale γ and shift β. Layer normalisation holds the variance over all channels, but
 * that of single channels collapses in a mixture. With the measured mean m and deviation d of a channel, and the
 * targets μ and σ,
 *
 *     γ ← γ·σ/d      β ← (β − m)·σ/d + μ
 *
 * Each normalisation is measured after those before it are repaired.
 *
 * @param target - As from `normStatistics`; for a mixture Σ wᵢθᵢ, the mixture of its parents' statistics.
 * @param images - The images to measure on, [n, size, size, 3].
 * @returns New tensors for all parameters; the caller disposes them.
 * @see Jordan et al. 2023, REPAIR (arXiv 2211.08403).
 */
export function repairNorms(
  network: LayerNormNetwork,
  merged: Params,
  { target, images }: { readonly target: Params; readonly images: tf.Tensor },
): Params {
  const repaired: Record<string, tf.Tensor> = {};
  const forward = forwardOf(network, (norm, y) => {
    const { mean, deviation } = channelStatistics(y);
    const ratio = tf.div(target[`${norm}.deviation`], deviation);
    const scale = tf.where(tf.greater(deviation, CONSTANT), ratio, tf.onesLike(ratio));
    const shift = tf.sub(target[`${norm}.mean`], tf.mul(mean, scale));
    repaired[`${norm}.weight`] = tf.keep(tf.mul(merged[`${norm}.weight`], scale));
    repaired[`${norm}.bias`] = tf.keep(tf.add(tf.mul(merged[`${norm}.bias`], scale), shift));
    return tf.add(tf.mul(y, scale), shift) as tf.Tensor4D;
  });
  forward(merged, images).dispose();
  const rest = Object.entries(merged).filter(([name]) => !(name in repaired));
  return { ...Object.fromEntries(rest.map(([name, x]) => [name, tf.clone(x)])), ...repaired };
}
