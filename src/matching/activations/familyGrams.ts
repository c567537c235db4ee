import type { AssignmentSolver } from '../../assignment';
import { about } from '../../errors';
import type { Permutation, Permutations } from '../../permutation';
import { assertPermutation, indices } from '../../permutation/internal';
import { assignFamily } from '../weights/assignFamily';
import { type Family, membersOf } from '../weights/family';
import type { AssignmentState } from './assignGroups';
import { addSimilarity } from './comparedUnits';
import type { NetworkPair } from './moments';

/** The similarity of the units of a family: for each member a matrix `[units × units]`; null for one not compared. */
export type FamilyGrams = ReadonlyMap<string, Float64Array | null>;

/**
 * The grams of a pair of networks. Rows are the units of the first in their present order, columns those of the
 * second as given.
 */
export function pairGrams(
  family: Family,
  { compared, permutations }: AssignmentState,
  pair: NetworkPair,
): FamilyGrams {
  return new Map(
    membersOf(family).map(({ name, size }) => {
      const own = compared.get(name);
      if (!own) return [name, null];
      const gram = new Float64Array(size * size);
      addSimilarity(gram, own, pair, permutations[pair[0]][name], indices(size));
      return [name, gram];
    }),
  );
}

/**
 * The best permutations of a family by its grams.
 *
 * @param current - The present permutations of all groups, of which only the parent's is used.
 * @throws InvalidInputError when the solver, which may be the user's, returns no permutation.
 */
export function solveFamily(
  family: Family,
  grams: FamilyGrams,
  current: Permutations,
  solver: AssignmentSolver,
): Permutations {
  const rounded = new Map(
    [...grams].map(([name, gram]) => [name, gram && new Float32Array(gram)] as const),
  );
  const found = assignFamily(family, { grams: rounded, current, held: new Set(), solver });
  for (const [group, p] of Object.entries(found)) {
    about('solver', () => assertPermutation(`the assignment of group '${group}'`, p));
  }
  return found;
}

/** Σ_u G[u, p[u]]. */
export function pairedValue(gram: Float64Array, p: Permutation): number {
  return p.reduce((sum, unit, u) => sum + gram[u * p.length + unit], 0);
}

/** The most by which rounding of a gram to float32 can change the value of this many units. */
export function roundingOf(gram: Float64Array, units: number): number {
  if (units === 0) return 0;
  return 2e-7 * units * gram.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
