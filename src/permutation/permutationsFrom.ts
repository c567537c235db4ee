import { named } from '../errors';
import type { Permutations } from './permutation';
import { permutationsOfLists } from './permutationsOfLists';

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
    return permutationsOfLists('plain', plain);
  });
}
