import type { Permutations } from './permutation';

/** The permutations that plain data are, the inverse of `permutationLists`; whether they are any is not checked. */
export function permutationArrays(
  plain: Readonly<Record<string, ArrayLike<number>>>,
): Permutations {
  return Object.fromEntries(
    Object.entries(plain).map(([group, units]) => [group, Int32Array.from(units)]),
  );
}
