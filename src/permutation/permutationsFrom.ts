import { invalid, named } from '../errors';
import { isPermutation, type Permutations } from './permutation';
import { permutationArrays } from './permutationArrays';

/**
 * Permutations out of plain data, such as those of a connectivity report or of JSON, as `permute` takes them.
 *
 * @param plain - For each group the units in order: p[i] is the unit that comes to position i.
 * @returns The same as `Int32Array`s of their own.
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
      throw invalid('received no record', 'Pass a record from groups to lists of units');
    }
    for (const [group, units] of Object.entries(plain)) {
      if (typeof units !== 'object' || units === null || !isPermutation(units)) {
        throw invalid(
          `group '${group}' does not hold each of 0 … n − 1 exactly once`,
          'Pass what a match or a report holds',
        );
      }
    }
    return permutationArrays(plain);
  });
}
