import type { Tensor } from '@tensorflow/tfjs-core';
import type { NetworkInput } from './networkInput';
import type { Params } from './params';

/**
 * A network as a function of its parameters: a batch of inputs [batch, …] to a batch of outputs [batch, …].
 *
 * @typeParam Input - A tensor, or an array or a record of tensors for a network of several inputs.
 */
export type ForwardFn<Input extends NetworkInput = Tensor> = (params: Params, x: Input) => Tensor;
