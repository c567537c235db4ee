import { invalid, named } from '../errors';
import { isPermutation, type Permutations } from '../permutation';
import { permutationLists } from '../permutation/internal';
import { parseStrictJson } from './parseStrictJson';

/**
 * Permutations as JSON: an object from each group's name to the list of its units.
 *
 * @example
 * ```ts
 * import { serializePermutations } from 'perm-lmc';
 *
 * serializePermutations({ h: Int32Array.of(2, 0, 1) }); // '{"h":[2,0,1]}'
 * ```
 */
export function serializePermutations(permutations: Permutations): string {
  return JSON.stringify(permutationLists(permutations));
}

/**
 * The permutations that {@link serializePermutations} wrote.
 *
 * @param json - Text from anywhere; it is checked before use.
 * @throws InvalidInputError when the text is not JSON, has a key twice, or a group's list is no
 * permutation: it names the group.
 *
 * @example
 * ```ts
 * import { parsePermutations } from 'perm-lmc';
 *
 * parsePermutations('{"h":[2,0,1]}'); // { h: Int32Array [2, 0, 1] }
 * ```
 */
export function parsePermutations(json: string): Permutations {
  return named('parsePermutations', () => {
    const remedy = 'Write them with serializePermutations';
    const permutations: Permutations = {};
    for (const [group, units] of Object.entries(parseStrictJson(json, 'the text', remedy))) {
      if (group === '__proto__') throw invalid("a group is named '__proto__'", 'Rename it');
      if (!Array.isArray(units) || !isPermutation(units)) {
        throw invalid(
          `the value of group '${group}' is no permutation of 0 … n − 1`,
          'List every unit once',
        );
      }
      permutations[group] = Int32Array.from(units);
    }
    return permutations;
  });
}
