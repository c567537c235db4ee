import type { Permutations, PlainPermutations } from 'perm-lmc';

/** Permutations out of a report, as `permute` takes them. */
export function typedPermutations(plain: PlainPermutations): Permutations {
  return Object.fromEntries(Object.entries(plain).map(([group, p]) => [group, Int32Array.from(p)]));
}
