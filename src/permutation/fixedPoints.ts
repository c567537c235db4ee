import { named } from '../errors';
import { assertPermutation, type Permutation } from './permutation';

/**
 * The units that p leaves in place: every i with p[i] = i, in ascending order.
 *
 * @param p - `[n]`
 * @returns `[fixed points]`, 0 … n of them.
 * @throws InvalidInputError when p is not a permutation.
 *
 * @example
 * ```ts
 * import { fixedPoints } from 'perm-lmc';
 *
 * fixedPoints(Int32Array.of(0, 2, 1, 3)); // Int32Array [0, 3]
 * ```
 */
export function fixedPoints(p: Permutation): Int32Array {
  return named('fixedPoints', () => {
    assertPermutation('p', p);
    return p.filter((unit, i) => unit === i);
  });
}
