import * as tf from '@tensorflow/tfjs-core';

/** Added to every variance. */
export const EPSILON = 1e-5;

/** The output of a batch normalisation on a batch, and the values that its gradient needs. */
export interface Normalised {
  readonly y: tf.Tensor2D;
  readonly centred: tf.Tensor2D;
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/**
 * Batch normalisation in training, over the m rows of x [m, channels]:
 *
 *     y = γ ⊙ (x − μ)/σ + β      μ = Σx/m      σ² = Σ(x − μ)²/m + ε
 */
export function normalise(x: tf.Tensor2D, gamma: tf.Tensor, beta: tf.Tensor): Normalised {
  const mean = tf.mean<tf.Tensor1D>(x, 0);
  const centred = tf.sub(x, mean) as tf.Tensor2D;
  const variance = tf.mean<tf.Tensor1D>(tf.square(centred), 0);
  const scale = tf.div(gamma, tf.sqrt(tf.add(variance, EPSILON)));
  return { y: tf.add(tf.mul(centred, scale), beta), centred, mean, variance };
}

/**
 * The gradients of a batch normalisation, given δ = ∂loss/∂y; with x̂ = (x − μ)/σ and means over rows
 *
 *     ∂loss/∂γ = Σ δ ⊙ x̂      ∂loss/∂β = Σ δ
 *     ∂loss/∂x = γ/σ ⊙ (δ − mean(δ) − x̂ ⊙ mean(δ ⊙ x̂))
 */
export function normaliseGradients(
  { centred, variance }: Normalised,
  gamma: tf.Tensor,
  delta: tf.Tensor2D,
): { gamma: tf.Tensor1D; beta: tf.Tensor1D; x: tf.Tensor2D } {
  const rows = delta.shape[0];
  const deviation = tf.sqrt(tf.add(variance, EPSILON));
  const deltaMean = tf.mean<tf.Tensor1D>(delta, 0);
  const product = tf.div(tf.mean<tf.Tensor1D>(tf.mul(delta, centred), 0), deviation);
  const centredPart = tf.mul(centred, tf.div(product, deviation));
  const x = tf.sub(tf.sub(delta, deltaMean), centredPart);
  return {
    gamma: tf.mul(product, rows),
    beta: tf.mul(deltaMean, rows),
    x: tf.mul(x, tf.div(gamma, deviation)) as tf.Tensor2D,
  };
}

/**
 * The moving average after a batch: 0.9 of the old one and 0.1 of the batch's. Variances enter as the
 * unbiased estimate, Σ(x − μ)²/(m − 1).
 */
export function movingAverages(
  { centred, mean, variance }: Normalised,
  moving: { mean: tf.Tensor; variance: tf.Tensor },
): { mean: tf.Tensor1D; variance: tf.Tensor1D } {
  const rows = centred.shape[0];
  const average = (old: tf.Tensor, batch: tf.Tensor, factor: number) =>
    tf.add(tf.mul(old, 0.9), tf.mul(batch, 0.1 * factor)) as tf.Tensor1D;
  return {
    mean: average(moving.mean, mean, 1),
    variance: average(moving.variance, variance, rows / Math.max(1, rows - 1)),
  };
}
