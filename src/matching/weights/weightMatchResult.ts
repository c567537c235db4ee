import type { MatchResult } from '../matchResult';
import type { RunSummary } from './runMatches';
import type { SearchReport } from './search/searchOptions';

/** The result of {@link weightMatch}. */
export interface WeightMatchResult extends MatchResult {
  /**
   * An upper bound on S over all permutations, by the option `bound`. S equal to it within rounding proves the optimum,
   * as for two networks that differ by their order alone; trained networks stay far below it.
   */
  readonly bound: number;
  /** All runs, in their order: how far they differ shows how uncertain the optimum is. */
  readonly runs: readonly RunSummary[];
  /** The course of the search; null without one. */
  readonly search: SearchReport | null;
}
