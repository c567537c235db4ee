import type { Permutations, PlainPermutations } from 'perm-lmc';

/** Permutations as plain lists, for JSON; `permutationsFrom` is the inverse. */
export function plainPermutations(permutations: Permutations): PlainPermutations {
  const lists = Object.entries(permutations).map(([group, p]) => [group, Array.from(p)]);
  return Object.fromEntries(lists);
}
