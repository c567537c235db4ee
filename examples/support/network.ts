import type * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';

/** A classifier that {@link trainNetwork} can train. */
export interface Network {
  /** The number of logits. */
  readonly classes: number;
  /** New parameters, the same for the same seed. */
  readonly init: (seed: number) => Params;
  /** The logits of a batch [n, pixels] at inference. */
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor2D;
  /** The loss of a batch and the values that a step needs; `oneHot` [n, classes] holds the labels. */
  readonly lossAndGradients: (
    params: Params,
    x: tf.Tensor2D,
    oneHot: tf.Tensor2D,
  ) => LossAndGradients;
}

/** The values that a training step needs. Every parameter has either a gradient or a new value. */
export interface LossAndGradients {
  readonly loss: tf.Scalar;
  /** The loss's gradient with respect to every parameter that is trained. */
  readonly gradients: Params;
  /** New values of the parameters that are not trained but measured, such as moving means. */
  readonly statistics?: Params;
}
