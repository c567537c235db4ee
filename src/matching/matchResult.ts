import type { Permutations } from '../permutation';
import { alignmentOf, type MatchAlignment, type MovedSums } from './alignment';

/** The result of a matcher. */
export interface MatchResult {
  /** For each group the permutation that moves B onto A: unit i of A is paired with unit p[i] of B. */
  readonly permutations: Permutations;
  /** S(P), the objective reached. */
  readonly objective: number;
  /** How well what groups can move is aligned, before and after, in all and by group. */
  readonly alignment: MatchAlignment;
  /** S at the start and after each step, summed up from the gains; it never falls. */
  readonly history: readonly number[];
  /** How many sweeps over the groups were made. */
  readonly sweeps: number;
  /** Whether the last sweep moved no group, so that no single group can raise the objective. */
  readonly converged: boolean;
  /** For each group and each unit i of A the similarity of its partner: the sum of their products over the included parameters. */
  readonly similarity: Readonly<Record<string, Float64Array>>;
}

/** A match as the search for it ends, before its alignment is known. */
export type FoundMatch = Omit<MatchResult, 'alignment'>;

/**
 * The result of a match.
 *
 * @param sums - Over all values that groups move, in A and B.
 */
export function matchResult(found: FoundMatch, sums: readonly MovedSums[]): MatchResult {
  return { ...found, alignment: alignmentOf(Object.keys(found.permutations), sums) };
}
