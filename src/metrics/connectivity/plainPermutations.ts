import type { Permutations } from '../../permutation/permutation';
import type { PlainPermutations } from './reports';

/** Permutations as plain data. */
export function toPlain(permutations: Permutations): PlainPermutations {
  return Object.fromEntries(
    Object.entries(permutations).map(([group, p]) => [group, Array.from(p)]),
  );
}

/** The permutations that plain data are; whether they are any is not checked here. */
export function fromPlain(permutations: Readonly<Record<string, ArrayLike<number>>>): Permutations {
  return Object.fromEntries(
    Object.entries(permutations).map(([group, units]) => [group, Int32Array.from(units)]),
  );
}
