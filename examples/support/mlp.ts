import * as tf from '@tensorflow/tfjs-core';
import type { SplitForward } from 'perm-lmc';
import type { Network } from './network';

/**
 * The fully connected ReLU classifier of these widths, from the pixels to the classes.
 *
 * @param gain - The variance of an initial weight is gain / (inputs of its unit): 2 is He's, 1/3 that of
 * PyTorch's linear layers. The part that is left after training is noise that no permutation aligns.
 */
export function mlpNetwork(widths: readonly number[], gain = 2): Network {
  return {
    classes: widths.at(-1)!,
    init: (seed) => initMlp(widths, seed, gain),
    forward: mlpForward,
    lossAndGradients,
  };
}

/**
 * A fully connected network's parameters, by default from He's initialisation: for layer l = 1, 2, …
 * `dense{l}/kernel` of shape [in, out], normal with variance gain/in, and `dense{l}/bias`, zero.
 */
export function initMlp(widths: readonly number[], seed: number, gain = 2): tf.NamedTensorMap {
  const params: tf.NamedTensorMap = {};
  for (let layer = 1; layer < widths.length; layer++) {
    const [inputs, outputs] = [widths[layer - 1], widths[layer]];
    const scale = Math.sqrt(gain / inputs);
    const own = 1000 * (seed + 1) + layer;
    params[`dense${layer}/kernel`] = tf.randomNormal([inputs, outputs], 0, scale, 'float32', own);
    params[`dense${layer}/bias`] = tf.zeros([outputs]);
  }
  return params;
}

/** The logits of a fully connected ReLU network of any depth; the names give the layers. */
export function mlpForward(params: tf.NamedTensorMap, x: tf.Tensor): tf.Tensor2D {
  return tf.tidy(() => activations(params, x as tf.Tensor2D).at(-1)!);
}

/** {@link mlpForward} of at least two layers as a `SplitForward`. */
export const mlpSplitForward: SplitForward = {
  linear: (params, x) =>
    tf.fused.matMul({
      a: x as tf.Tensor2D,
      b: params['dense1/kernel'] as tf.Tensor2D,
      bias: params['dense1/bias'],
    }),
  rest: (params, h) => tf.tidy(() => activations(params, tf.relu(h) as tf.Tensor2D, 2).at(-1)!),
};

/**
 * The mean softmax cross-entropy of a batch and its gradient, by hand-written backpropagation: with
 * h_0 = x, z_l = h_{l−1} W_l + b_l, h_l = relu(z_l) and δ_l = ∂loss/∂z_l,
 *
 *     δ_last = (softmax(z_last) − y) / n      δ_{l−1} = δ_l W_lᵀ ⊙ [h_{l−1} > 0]
 *     ∂loss/∂W_l = h_{l−1}ᵀ δ_l               ∂loss/∂b_l = 1ᵀ δ_l
 *
 * `oneHot` holds y. Every transpose is an operation of its own: a matMul that transposes takes a
 * slow path of the wasm backend, which is also why tfjs's own gradient of matMul is slow there.
 */
export function lossAndGradients(
  params: tf.NamedTensorMap,
  x: tf.Tensor2D,
  oneHot: tf.Tensor2D,
): { loss: tf.Scalar; gradients: tf.NamedTensorMap } {
  return tf.tidy(() => {
    const layers = activations(params, x);
    const logits = layers.pop()!;
    const loss = tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(logits)), 1))) as tf.Scalar;

    const gradients: tf.NamedTensorMap = {};
    let delta = tf.div(tf.sub(tf.softmax(logits), oneHot), x.shape[0]) as tf.Tensor2D;
    for (let layer = layers.length; layer > 0; layer--) {
      const input = layers[layer - 1];
      gradients[`dense${layer}/kernel`] = tf.matMul(tf.transpose(input), delta);
      gradients[`dense${layer}/bias`] = tf.sum(delta, 0);
      if (layer > 1) {
        const kernel = params[`dense${layer}/kernel`] as tf.Tensor2D;
        delta = tf.mul(tf.matMul(delta, tf.transpose(kernel)), tf.step(input));
      }
    }
    return { loss, gradients };
  });
}

/** h_0 = x, h_1, …, and the logits last; or the same from a later layer on, given its input. */
function activations(params: tf.NamedTensorMap, x: tf.Tensor2D, first = 1): tf.Tensor2D[] {
  const depth = Object.keys(params).filter((name) => name.endsWith('/kernel')).length;
  const outputs = [x];
  for (let layer = first; layer <= depth; layer++) {
    outputs.push(
      tf.fused.matMul({
        a: outputs.at(-1)!,
        b: params[`dense${layer}/kernel`] as tf.Tensor2D,
        bias: params[`dense${layer}/bias`],
        activation: layer < depth ? 'relu' : 'linear',
      }) as tf.Tensor2D,
    );
  }
  return outputs;
}
