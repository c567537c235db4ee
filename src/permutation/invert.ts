import { named } from '../errors';
import {
  assertPermutation,
  assertPermutationRecord,
  type Permutation,
  type Permutations,
} from './permutation';

/**
 * The inverse permutation q, with q[p[i]] = i: applying p and then q changes nothing.
 *
 * @param p - `[n]`
 * @returns `[n]`, a new array.
 * @throws InvalidInputError when p is not a permutation.
 *
 * @example
 * ```ts
 * import { invert } from 'perm-lmc';
 *
 * invert(Int32Array.of(2, 0, 1)); // Int32Array [1, 2, 0]
 * ```
 */
export function invert(p: Permutation): Permutation {
  return named('invert', () => {
    assertPermutation('p', p);
    return inverted(p);
  });
}

/**
 * The inverse of every group's permutation: `permute(spec, permute(spec, b, p), invertPermutations(p))`
 * equals b.
 *
 * @throws InvalidInputError when a group's entry is not a permutation.
 *
 * @example
 * ```ts
 * import { invertPermutations } from 'perm-lmc';
 *
 * invertPermutations({ h: Int32Array.of(2, 0, 1) }); // { h: Int32Array [1, 2, 0] }
 * ```
 */
export function invertPermutations(permutations: Permutations): Permutations {
  return named('invertPermutations', () => {
    assertPermutationRecord('permutations', permutations);
    return Object.fromEntries(
      Object.entries(permutations).map(([group, p]) => {
        assertPermutation(`the permutation of group '${group}'`, p);
        return [group, inverted(p)];
      }),
    );
  });
}

function inverted(p: Permutation): Permutation {
  const inverse = new Int32Array(p.length);
  for (let i = 0; i < p.length; i++) inverse[p[i]] = i;
  return inverse;
}
