import { invalid, named } from '../errors';
import { isPermutation, type Permutations } from '../permutation';
import {
  assertPermutation,
  assertPermutationRecord,
  permutationLists,
} from '../permutation/internal';
import { parseStrictJson } from './parseStrictJson';

/**
 * Permutations as JSON: an object from group names to lists of units, `{"h": [2, 0, 1]}`.
 *
 * @param permutations - One permutation per group, each an Int32Array [n].
 * @returns JSON text; {@link parsePermutations} reads it back.
 * @throws InvalidInputError if a group's entry is not a permutation.
 *
 * @example
 * ```ts
 * import { serializePermutations } from 'perm-lmc';
 *
 * serializePermutations({ h: Int32Array.of(2, 0, 1) }); // '{"h":[2,0,1]}'
 * ```
 */
export function serializePermutations(permutations: Permutations): string {
  return named('serializePermutations', () => {
    assertPermutationRecord('permutations', permutations);
    for (const [group, p] of Object.entries(permutations)) {
      assertPermutation(`the permutation of group '${group}'`, p);
    }
    return JSON.stringify(permutationLists(permutations));
  });
}

/**
 * Parses permutations written by {@link serializePermutations}.
 *
 * @param json - JSON text from any source.
 * @returns One permutation per group, each an Int32Array [n].
 * @throws InvalidInputError if the text is not JSON, has a duplicate key, or has a list that is not a
 * permutation; the error names the group.
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
      if (group === '__proto__') {
        throw invalid("a group is named '__proto__'", 'Rename it', { received: group });
      }
      if (!Array.isArray(units) || !isPermutation(units)) {
        throw invalid(
          `the value of group '${group}' is not a permutation of 0 … n − 1`,
          'List every unit once',
          { received: units },
        );
      }
      permutations[group] = Int32Array.from(units);
    }
    return permutations;
  });
}
