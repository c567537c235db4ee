import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { rowsOf, sumOfRows } from './rowsOf';

/** PyTorch's default for `nn.GroupNorm`. */
const EPSILON = 1e-5;

/** The output of a layer normalisation, and the values that its gradient needs. */
export interface Normalised {
  readonly y: tf.Tensor4D;
  /** x̂ = (x − μ)/σ, [n, h·w·c]. */
  readonly scaled: tf.Tensor2D;
  /** 1/σ, [n, 1]. */
  readonly inverse: tf.Tensor2D;
}

/**
 * Layer normalisation of maps x [n, h, w, c], with the mean μ and the variance σ² + ε of each sample:
 *
 *     y = γ ⊙ x̂ + β      x̂ = (x − μ)/σ
 */
export function normalise(params: Params, name: string, x: tf.Tensor4D): Normalised {
  const flat = tf.reshape<tf.Rank.R2>(x, [x.shape[0], -1]);
  const centred = tf.sub(flat, tf.mean(flat, 1, true));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), EPSILON)) as tf.Tensor2D;
  const scaled = tf.mul(centred, inverse) as tf.Tensor2D;
  const rows = tf.reshape(scaled, [-1, x.shape[3]]);
  const y = tf.add(tf.mul(rows, params[`${name}.weight`]), params[`${name}.bias`]);
  return { y: tf.reshape(y, x.shape), scaled, inverse };
}

/**
 * The gradients, given δ = ∂loss/∂y; means are over channels, height and width of each sample:
 *
 *     ∂loss/∂γ = Σ δ ⊙ x̂      ∂loss/∂β = Σ δ      g = γ ⊙ δ
 *     ∂loss/∂x = (g − mean(g) − x̂ ⊙ mean(g ⊙ x̂))/σ
 */
export function normaliseGradients(
  { scaled, inverse }: Normalised,
  weight: tf.Tensor,
  delta: tf.Tensor4D,
): { x: tf.Tensor4D; weight: tf.Tensor1D; bias: tf.Tensor1D } {
  const rows = rowsOf(delta);
  const g = tf.reshape(tf.mul(rows, weight), scaled.shape);
  const along = tf.mul(scaled, tf.mean(tf.mul(g, scaled), 1, true));
  const x = tf.mul(tf.sub(tf.sub(g, tf.mean(g, 1, true)), along), inverse);
  return {
    x: tf.reshape(x, delta.shape),
    weight: sumOfRows(tf.mul(rows, tf.reshape(scaled, rows.shape))),
    bias: sumOfRows(rows),
  };
}
