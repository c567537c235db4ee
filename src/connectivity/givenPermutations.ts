import { invalid } from '../errors';
import { mapParams } from '../params/internal';
import type { Permutations } from '../permutation';
import { assertPermutation, permutationLists } from '../permutation/internal';
import type { PlainPermutations } from './reports';

/** Permutations from outside as plain data, by name; throws unless they are any. */
export function givenPermutations(
  given: Readonly<Record<string, Permutations>>,
): Record<string, PlainPermutations> {
  return mapParams(given, (permutations, name) => {
    if (typeof permutations !== 'object' || permutations === null) {
      throw invalid(
        `given['${name}'] is no record of permutations`,
        'Pass what a matcher returned as permutations',
      );
    }
    for (const [group, p] of Object.entries(permutations)) {
      assertPermutation(`given['${name}'] of group '${group}'`, p);
    }
    return permutationLists(permutations);
  });
}
