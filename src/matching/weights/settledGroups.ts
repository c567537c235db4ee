import { perObject } from '../../params/internal';
import type { Permutation, Permutations } from '../../permutation';
import { type Family, namesIn } from './family';
import type { Grams } from './grams';

/** A record of the groups whose last solution still holds, so that they need no step. */
export interface SettledGroups {
  /** True while no gram of the group's family has changed, nor the permutation of any relative. */
  has(group: string, permutations: Permutations): boolean;
  /** All groups for which {@link SettledGroups.has} is true. */
  all(permutations: Permutations): string[];
  /** The members of the group's family whose gram has changed since it was last read. */
  changedMembers(group: string, permutations: Permutations): string[];
  /** Records that these groups are solved for the present permutations. */
  add(groups: readonly string[], permutations: Permutations): void;
  /** Records that these groups, and the groups around them, need a step. */
  remove(groups: readonly string[]): void;
  /** Returns a function that brings back the present record. */
  mark(): () => void;
}

/** An empty record for groups with these families. */
export function settledGroups(grams: Grams, families: ReadonlyMap<string, Family>): SettledGroups {
  /** For each settled group the permutations of its relatives for which it was solved. */
  let solvedFor = new Map<string, readonly Permutation[]>();
  const familyNames = (group: string) => namesIn(families.get(group)!);
  const relativesOf = (group: string) => relatives(families.get(group)!);
  function has(group: string, permutations: Permutations): boolean {
    const solved = solvedFor.get(group);
    return (
      solved !== undefined &&
      relativesOf(group).every((name, at) => solved[at] === permutations[name]) &&
      familyNames(group).every((name) => grams.unchanged(name, permutations))
    );
  }
  return {
    has,
    all: (permutations) => [...families.keys()].filter((group) => has(group, permutations)),
    changedMembers(group, permutations) {
      return familyNames(group).filter((name) => !grams.unchanged(name, permutations));
    },
    add(groups, permutations) {
      for (const group of groups) {
        solvedFor.set(
          group,
          relativesOf(group).map((name) => permutations[name]),
        );
      }
    },
    remove(groups) {
      for (const group of groups) {
        let around: string | null = group;
        while (around !== null) {
          solvedFor.delete(around);
          around = families.get(around)?.group.parent ?? null;
        }
      }
    },
    mark() {
      const before = new Map(solvedFor);
      return () => {
        solvedFor = new Map(before);
      };
    },
  };
}

/** The groups, besides grams, whose permutations the solution of a family depends on: its own and the parent. */
const relatives = /* @__PURE__ */ perObject((family: Family): readonly string[] => {
  const { parent } = family.group;
  return parent === null ? namesIn(family) : [...namesIn(family), parent];
});
