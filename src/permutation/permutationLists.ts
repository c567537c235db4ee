import type { Permutations } from './permutation';

/** Permutations as plain data, the argument of `permutationsFrom`. */
export function permutationLists(permutations: Permutations): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(permutations).map(([group, p]) => [group, Array.from(p)]),
  );
}
