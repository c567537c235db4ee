import { mul, tidy } from '@tensorflow/tfjs-core';
import { named } from '../errors';
import type { Params } from '../params';
import { mapParams } from '../params/internal';
import { assertSameMasks, readMask } from './assertMask';

/**
 * The mask of the weights that both masks keep, their intersection: m = a ⊙ b.
 *
 * @param a - A mask.
 * @param b - Another mask of the same names and shapes. Both are left as they are.
 * @returns New tensors; the caller disposes them.
 * @throws InvalidInputError when the masks differ in names or shapes, are not float32, or have other
 * values than 0 and 1.
 * @see {@link maskOr}
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { maskAnd } from 'perm-lmc';
 *
 * const both = await maskAnd({ w: tf.tensor1d([0, 0, 1, 1]) }, { w: tf.tensor1d([0, 1, 0, 1]) });
 * await both.w.data(); // Float32Array [0, 0, 0, 1]
 * ```
 */
export async function maskAnd(a: Params, b: Params): Promise<Params> {
  return named('maskAnd', async () => {
    assertSameMasks(a, b);
    await readMask(a, 'a');
    await readMask(b, 'b');
    return tidy(() => mapParams(a, (own, name) => mul(own, b[name])));
  });
}
