import type { Permutations } from 'perm-lmc';
import { expect } from 'vitest';
import type { ResolvedGroup } from '../../src/symmetry/resolveShapes';
import { expectPermutations } from './invariants';

/** Every group has a permutation, and those inside others keep the blocks of their parents together. */
export function expectFamilies(groups: readonly ResolvedGroup[], permutations: Permutations): void {
  expect(Object.keys(permutations).sort()).toEqual(groups.map(({ name }) => name).sort());
  expectPermutations(permutations);
  for (const { name, size, inner, parent } of groups) {
    expect(permutations[name].length).toBe(size);
    if (parent === null) continue;
    permutations[name].forEach((unit, i) => {
      expect(Math.floor(unit / inner)).toBe(permutations[parent][Math.floor(i / inner)]);
    });
  }
}
