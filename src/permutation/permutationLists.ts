import type { Permutations } from './permutation';

/** Permutations as plain data, as `permutationsFrom` takes them. */
export function permutationLists(permutations: Permutations): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(permutations).map(([group, p]) => [group, Array.from(p)]),
  );
}
