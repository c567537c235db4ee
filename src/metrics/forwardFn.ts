import type { Tensor } from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from '../params';

/**
 * A network's function of its parameters: from a batch of inputs to a batch of outputs.
 *
 * @typeParam Input - A tensor, or an array or a record of tensors for a network of several inputs.
 */
export type ForwardFn<Input extends NetworkInput = Tensor> = (params: Params, x: Input) => Tensor;

/**
 * A network's function in two parts, rest(params, linear(params, x)), the first of them linear in the
 * params: a dense layer, a convolution or an embedding, with its bias and without its nonlinearity.
 * Between networks it need not be computed again, since linear(Σ wᵢθᵢ, x) = Σ wᵢ·linear(θᵢ, x).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import type { SplitForward } from 'perm-lmc';
 *
 * const dense = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
 *   tf.fused.matMul({ a: x as tf.Tensor2D, b: kernel as tf.Tensor2D, bias });
 * const forward: SplitForward = {
 *   linear: (params, x) => dense(x, params['dense1/kernel'], params['dense1/bias']),
 *   rest: (params, h) => dense(tf.relu(h), params['dense2/kernel'], params['dense2/bias']),
 * };
 * ```
 */
export interface SplitForward<Input extends NetworkInput = Tensor> {
  /** The first layer before its nonlinearity, from a batch [batch, …] to a tensor of any shape. */
  readonly linear: ForwardFn<Input>;
  /** All that comes after: from the output h of `linear` and the same batch x to the output. */
  readonly rest: (params: Params, h: Tensor, x: Input) => Tensor;
}
