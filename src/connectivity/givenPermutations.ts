import { kindOf } from '../checks';
import { invalid } from '../errors';
import { mapParams } from '../params/internal';
import type { Permutations } from '../permutation';
import { assertPermutation, permutationLists } from '../permutation/internal';
import { type CellOf, cellKey } from './createCells';
import type { PlainPermutations } from './reports';

/** The caller's permutations as plain data, by name. Throws if an entry is not a record of permutations. */
export function givenPermutations(
  given: Readonly<Record<string, Permutations>>,
): Record<string, PlainPermutations> {
  return mapParams(given, (permutations, name) => {
    if (typeof permutations !== 'object' || permutations === null) {
      throw invalid(
        `given['${name}'] must be a record of permutations, received ${kindOf(permutations)}`,
        'Pass the permutations of a match result',
        { param: 'given', received: kindOf(permutations) },
      );
    }
    for (const [group, p] of Object.entries(permutations)) {
      assertPermutation(`given['${name}'] of group '${group}'`, p);
    }
    return permutationLists(permutations);
  });
}

/** Stores the caller's permutations as cells. Throws if a resumed report was given other permutations. */
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
      `given['${name}'] differs from the permutations that the finished cells were measured with`,
      'Resume with the same permutations, or pass the new ones under another name',
      { param: 'given', received: name },
    );
  }
}
