import { kindOf } from '../checks';
import { invalid, named } from '../errors';
import { isPermutation, type Permutations } from './permutation';
import { permutationArrays } from './permutationArrays';

/**
 * Permutations for `permute` from plain data, such as a connectivity report or parsed JSON.
 *
 * @param plain - A list `[n]` for each group, in the gather convention: position i takes unit p[i].
 * @returns A new `Int32Array` for each group.
 * @throws InvalidInputError when a group's list does not hold each of 0 … n − 1 exactly once.
 *
 * @example
 * ```ts
 * import { permutationsFrom } from 'perm-lmc';
 *
 * permutationsFrom({ h1: [2, 0, 1] }); // { h1: Int32Array [2, 0, 1] }
 * ```
 */
export function permutationsFrom(plain: Readonly<Record<string, ArrayLike<number>>>): Permutations {
  return named('permutationsFrom', () => {
    if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) {
      throw invalid(
        `the permutations must be a record, received ${kindOf(plain)}`,
        'Pass a record from groups to lists of units',
        { param: 'plain', received: kindOf(plain) },
      );
    }
    for (const [group, units] of Object.entries(plain)) {
      if (typeof units !== 'object' || units === null || !isPermutation(units)) {
        throw invalid(
          `the list of group '${group}' does not hold each of 0 … n − 1 exactly once`,
          'Pass the permutations of a match or of a report',
          { param: 'plain', received: units },
        );
      }
    }
    return permutationArrays(plain);
  });
}
