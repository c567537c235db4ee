import type { Permutations } from '../permutation';

/** The result of a matcher. */
export interface MatchResult {
  /** For each group the permutation that moves B onto A: unit i of A is paired with unit p[i] of B. */
  readonly permutations: Permutations;
  /** S(P), the objective reached. */
  readonly objective: number;
  /** S at the start and after each step, summed up from the gains; it never falls. */
  readonly history: readonly number[];
  /** How many sweeps over the groups were made. */
  readonly sweeps: number;
  /** Whether the last sweep moved no group, so that no single group can raise the objective. */
  readonly converged: boolean;
  /** For each group and each unit i of A, how alike its partner is: the sum of their products over all parameters that vote. */
  readonly similarity: Readonly<Record<string, Float64Array>>;
}
