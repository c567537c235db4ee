import { named } from '../errors';
import { assertSize } from './assertSize';
import { indices } from './indices';
import type { Permutation } from './permutation';

/**
 * The permutation of n units that moves no unit: p[i] = i.
 *
 * @param n - The number of units, an integer ≥ 0.
 * @throws InvalidInputError when n is not an integer ≥ 0.
 *
 * @example
 * ```ts
 * import { identityPermutation } from 'perm-lmc';
 *
 * identityPermutation(3); // Int32Array [0, 1, 2]
 * ```
 */
export function identityPermutation(n: number): Permutation {
  return named('identityPermutation', () => {
    assertSize(n);
    return indices(n);
  });
}
