import { named } from '../errors';
import type { Params } from '../params';
import type { Permutations } from '../permutation';
import type { PermutationSpec } from '../symmetry';
import { assertPermutations, permuteResolved, resolveSpec } from '../symmetry/internal';
import { assertMask, readMask } from './assertMask';

/**
 * The mask of B in A's order, where `permutations` move B onto A. It is `permute(spec, mask, permutations)` with
 * a check that the values are those of a mask. A mask has the same axes as its weights, so masking and
 * permuting commute:
 *
 *     P[θ ⊙ m] = P[θ] ⊙ P[m]
 *
 * Use it to prune B, match the *dense* networks, and train A from its own rewind point under B's mask. The
 * transported mask then does nearly as well as A's own, the unpermuted one far worse (Sharma et al. 2024;
 * Adnan et al. 2025).
 *
 * @param spec - The axes that share each group.
 * @param mask - A mask of B, of zeros and ones; left as it is.
 * @param permutations - The permutations that move B onto A, such as those of `weightMatch(spec, a, b)`.
 * @returns New tensors; the caller disposes them.
 * @throws InvalidInputError when the mask is not float32, has other values than 0 and 1, or does not fit the
 * spec, or the permutations do not fit it.
 * @see Adnan et al. 2025, Sparse training from random initialization: aligning lottery ticket masks using
 * weight symmetry (arXiv 2505.05143); Sharma et al. 2024 (arXiv 2404.06498).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { permutationSpec, transportMask } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h', out: 'h _' });
 * const mask = { in: tf.tensor2d([[0, 1, 1]]), out: tf.tensor2d([[1], [0], [1]]) };
 * const transported = await transportMask(spec, mask, { h: Int32Array.of(2, 0, 1) });
 * await transported.in.data(); // Float32Array [1, 0, 1]
 * ```
 */
export async function transportMask(
  spec: PermutationSpec,
  mask: Params,
  permutations: Permutations,
): Promise<Params> {
  return named('transportMask', async () => {
    assertMask(mask);
    const resolved = resolveSpec(spec, mask);
    assertPermutations(resolved, permutations);
    await readMask(mask);
    return permuteResolved(resolved, mask, permutations);
  });
}
