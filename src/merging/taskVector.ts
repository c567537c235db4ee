import { equal, sub, tidy, where, zerosLike } from '@tensorflow/tfjs-core';
import { named } from '../errors';
import type { Params } from '../params';
import { assertComparable, mapParams } from '../params/internal';

/**
 * The task vector of a fine-tuned network: the change from its base, parameter by parameter,
 *
 *     δ = tuned − base
 *
 * A value that both share has a change of 0, infinities included. Integers and booleans are zeros.
 *
 * @param tuned - The fine-tuned network, a record of tensors of any shapes.
 * @param base - The network that it was tuned from: the same names, shapes and dtypes. Both are left as they are.
 * @returns New tensors of the same names, shapes and dtypes; the caller disposes them.
 * @throws InvalidInputError when names, shapes or dtypes differ.
 * @see Ilharco et al. 2023, Editing Models with Task Arithmetic (arXiv 2212.04089).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { taskVector } from 'perm-lmc';
 *
 * const delta = taskVector({ w: tf.tensor1d([3, 2]) }, { w: tf.tensor1d([1, 2]) });
 * await delta.w.data(); // Float32Array [2, 0]
 * ```
 */
export function taskVector(tuned: Params, base: Params): Params {
  return named('taskVector', () => {
    assertComparable(tuned, base, ['tuned', 'base']);
    return tidy(() =>
      mapParams(tuned, (own, name) => {
        const zeros = zerosLike(own);
        if (own.dtype !== 'float32') return zeros;
        return where(equal(own, base[name]), zeros, sub(own, base[name]));
      }),
    );
  });
}
