import type { Permutations } from './permutation';

/** Plain data as permutations, the inverse of `permutationLists`. The values are not checked. */
export function permutationArrays(
  plain: Readonly<Record<string, ArrayLike<number>>>,
): Permutations {
  return Object.fromEntries(
    Object.entries(plain).map(([group, units]) => [group, Int32Array.from(units)]),
  );
}
