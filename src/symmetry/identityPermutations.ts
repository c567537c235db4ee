import { named } from '../errors';
import type { Params } from '../params';
import type { Permutations } from '../permutation';
import { indices } from '../permutation/internal';
import type { PermutationSpec } from './permutationSpec';
import type { ResolvedSpec } from './resolveShapes';
import { resolveSpec } from './resolveSpec';

/**
 * The identity permutation of each group of the spec.
 *
 * @param params - A network of the spec, from which the sizes are read.
 * @returns A permutation `[units]` for each group.
 * @throws InvalidInputError when the params do not fit the spec.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { identityPermutations, permutationSpec } from 'perm-lmc';
 *
 * const spec = permutationSpec({ kernel: '_ h' });
 * identityPermutations(spec, { kernel: tf.zeros([2, 3]) }); // { h: Int32Array [0, 1, 2] }
 * ```
 */
export function identityPermutations(spec: PermutationSpec, params: Params): Permutations {
  return named('identityPermutations', () => {
    return identityOf(resolveSpec(spec, params));
  });
}

/** The identity permutation of each group. */
export function identityOf({ groups }: ResolvedSpec): Permutations {
  return Object.fromEntries(groups.map(({ name, size }) => [name, indices(size)]));
}
