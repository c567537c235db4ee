import * as tf from '@tensorflow/tfjs-core';

/** The state of Adam between steps: the parameters and the running means m and v. */
export type AdamState = {
  params: tf.NamedTensorMap;
  mean: tf.NamedTensorMap;
  square: tf.NamedTensorMap;
};

/** The state before the first step; it takes ownership of `params`. */
export function adamStart(params: tf.NamedTensorMap): AdamState {
  const zeros = () =>
    Object.fromEntries(Object.entries(params).map(([name, p]) => [name, tf.zerosLike(p)]));
  return { params, mean: zeros(), square: zeros() };
}

/**
 * Step t = 1, 2, … of Adam (Kingma and Ba 2015), new tensors throughout:
 *
 *     m ← β₁ m + (1 − β₁) g      v ← β₂ v + (1 − β₂) g²
 *     θ ← θ − rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)
 */
export function adamStep(
  state: AdamState,
  gradients: tf.NamedTensorMap,
  step: number,
  rate: number,
): AdamState {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const corrected = (rate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
  return tf.tidy(() => {
    const next: AdamState = { params: {}, mean: {}, square: {} };
    for (const [name, gradient] of Object.entries(gradients)) {
      const mean = tf.add(tf.mul(state.mean[name], beta1), tf.mul(gradient, 1 - beta1));
      const square = tf.add(
        tf.mul(state.square[name], beta2),
        tf.mul(tf.square(gradient), 1 - beta2),
      );
      const direction = tf.div(mean, tf.add(tf.sqrt(square), epsilon));
      next.params[name] = tf.sub(state.params[name], tf.mul(direction, corrected));
      next.mean[name] = mean;
      next.square[name] = square;
    }
    return next;
  });
}
