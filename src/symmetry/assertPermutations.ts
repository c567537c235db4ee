import { invalid } from '../errors';
import type { Permutation, Permutations } from '../permutation';
import { assertPermutation, assertPermutationRecord } from '../permutation/internal';
import type { ResolvedSpec } from './resolveShapes';

/** Throws unless there is exactly one permutation for each group, of the group's size. */
export function assertPermutations({ groups }: ResolvedSpec, permutations: Permutations): void {
  assertPermutationRecord('permutations', permutations);
  const names = new Set(groups.map(({ name }) => name));
  const stray = Object.keys(permutations).find((key) => !names.has(key));
  if (stray !== undefined) {
    throw invalid(
      `there is a permutation of '${stray}', which is not a group of the spec`,
      `Its groups are: ${groups.map(({ name }) => `'${name}'`).join(', ') || 'none'}`,
      { param: 'permutations', received: stray },
    );
  }
  for (const { name, size, parent, inner } of groups) {
    if (!Object.hasOwn(permutations, name)) {
      throw invalid(
        `there is no permutation of group '${name}'`,
        'Start from identityPermutations(spec, params) to leave a group as it is',
        { param: 'permutations' },
      );
    }
    assertPermutation(`the permutation of group '${name}'`, permutations[name]);
    if (permutations[name].length !== size) {
      throw invalid(
        `the permutation of group '${name}' has ${permutations[name].length} units, but the group has ${size}`,
        'Use permutations that were found for params of these shapes',
        { param: 'permutations', received: permutations[name].length },
      );
    }
    if (parent !== null) {
      assertInside({ name, parent, inner }, permutations[name], permutations[parent]);
    }
  }
}

/** Throws unless each unit of a fibred group moves with its block. */
function assertInside(
  { name, parent, inner }: { name: string; parent: string; inner: number },
  p: Permutation,
  blocks: Permutation,
): void {
  const torn = p.findIndex((unit, u) => Math.floor(unit / inner) !== blocks[Math.floor(u / inner)]);
  if (torn !== -1) {
    const block = Math.floor(torn / inner);
    throw invalid(
      `the permutation of group '${name}' has unit ${p[torn]} at ${torn}, but its parent '${parent}' has unit ${blocks[block]} at ${block}`,
      `Position u of '${name}' must take a unit inside the unit that '${parent}' has at floor(u / ${inner})`,
      { param: 'permutations', received: p[torn] },
    );
  }
}
