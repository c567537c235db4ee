import type { Permutations } from '../permutation';
import { alignmentOf, type MatchAlignment, type MovedSums } from './alignmentOf';

/** The result of a matcher. */
export interface MatchResult {
  /** The permutation of each group that moves B onto A: unit i of A is paired with unit p[i] of B. */
  readonly permutations: Permutations;
  /** S(P), the objective reached. */
  readonly objective: number;
  /** The alignment of the values that groups move, before and after the match, in total and by group. */
  readonly alignment: MatchAlignment;
  /** S at the start and after each step, added up from the gains. It never falls. */
  readonly history: readonly number[];
  /** The number of sweeps over the groups. */
  readonly sweeps: number;
  /** True if the last sweep moved no group: no single group can raise the objective. */
  readonly converged: boolean;
  /** For each group, [units]: the similarity of unit i of A and its partner by the kernel, summed over all that is compared. */
  readonly similarity: Readonly<Record<string, Float64Array>>;
}

/** The result of a search, without the alignment, which is computed after it. */
export type FoundMatch = Omit<MatchResult, 'alignment'>;

/**
 * The result of a match.
 *
 * @param sums - Sums over all values of A and B that groups move.
 */
export function matchResult(found: FoundMatch, sums: readonly MovedSums[]): MatchResult {
  return { ...found, alignment: alignmentOf(Object.keys(found.permutations), sums) };
}
