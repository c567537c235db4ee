import type { Tensor } from '@tensorflow/tfjs-core';
import type { ForwardFn, NetworkInput, Params } from '../params';

/**
 * A network as two functions, rest(params, linear(params, x), x). `linear` is linear in the params: a dense
 * layer, a convolution or an embedding, with its bias and without its nonlinearity. Its outputs on two
 * networks give those on every mixture: linear(Σ wᵢθᵢ, x) = Σ wᵢ·linear(θᵢ, x).
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
  /** The first layer before its nonlinearity: a batch [batch, …] to a tensor of any shape. */
  readonly linear: ForwardFn<Input>;
  /** The remaining layers: the output h of `linear` and the same batch x to the output [batch, …]. */
  readonly rest: (params: Params, h: Tensor, x: Input) => Tensor;
}
