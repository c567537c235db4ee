import { clone, mul, tidy } from '@tensorflow/tfjs-core';
import { named } from '../errors';
import type { Params } from '../params';
import { mapParams } from '../params/internal';
import { assertMaskOf } from './assertMask';

/**
 * The masked network θ ⊙ m: pruned weights are 0 (or −0), all others are as they were. To hold a mask through
 * training, apply it after every step of the optimiser, or to the gradients if nothing else moves the weights.
 *
 * It reads no values, so it costs little inside a training loop, and gradients flow through it. Functions that
 * read a mask check that it holds zeros and ones, {@link density} for example.
 *
 * @param params - A network; left as it is. Integer tensors, such as counters, are not masked.
 * @param mask - One float32 tensor of the same shape for each parameter, of zeros and ones.
 * @returns New tensors for all parameters; the caller disposes them.
 * @throws InvalidInputError when the mask has other names or shapes than the params or is not float32.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { applyMask } from 'perm-lmc';
 *
 * const masked = applyMask({ w: tf.tensor1d([3, -4]) }, { w: tf.tensor1d([0, 1]) });
 * await masked.w.data(); // Float32Array [0, -4]
 * ```
 */
export function applyMask(params: Params, mask: Params): Params {
  return named('applyMask', () => {
    assertMaskOf(params, mask);
    return tidy(() =>
      mapParams(params, (tensor, name) =>
        tensor.dtype === 'float32' ? mul(tensor, mask[name]) : clone(tensor),
      ),
    );
  });
}
