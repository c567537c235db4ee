import { invalid } from '../errors';
import { mapParams } from '../params/internal';
import type { Permutations } from '../permutation';
import { assertPermutation, permutationLists } from '../permutation/internal';
import { type CellOf, cellKey } from './createCells';
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

/** Keeps the given permutations as cells, too, so that a report is resumed with the same ones. */
export async function keepGiven(
  given: Readonly<Record<string, PlainPermutations>>,
  cell: CellOf,
): Promise<void> {
  for (const [name, permutations] of Object.entries(given)) {
    const kept = await cell('permutations', cellKey('given', name), async () => permutations);
    const isSame = Object.keys({ ...kept, ...permutations }).every(
      (group) => kept[group]?.join() === permutations[group]?.join(),
    );
    if (isSame) continue;
    throw invalid(
      `given['${name}'] is not what it was when the finished cells were measured`,
      'Resume with the same permutations, or give the new ones another name',
    );
  }
}
