import type { Matcher } from '../matching';
import type { BarrierReport } from '../metrics';
import {
  type Comparison,
  foundPermutations,
  matchedBarrier,
  type Pair,
  unmatchedBarrier,
} from './comparison';
import { type CellOf, cellKey } from './createCells';
import type { PlainPermutations } from './reports';

/** The cells of one step t. */
export interface StepCells {
  /** The barrier without a permutation. */
  unmatched(): Promise<BarrierReport>;
  /** The permutations that the matcher finds at t. */
  found(match: Matcher): Promise<PlainPermutations>;
  /** The barrier with the permutations found at step s. */
  using(s: number, permutations: PlainPermutations): Promise<BarrierReport>;
  /** The barrier with the caller's permutations of this name. */
  usingGiven(name: string, permutations: PlainPermutations): Promise<BarrierReport>;
}

/** The cells of step t of two sequences, for the pair of networks there. */
export function stepCells(
  comparison: Comparison,
  cell: CellOf,
  steps: readonly number[],
  t: number,
  pair: Pair,
): StepCells {
  const matched = (key: string, permutations: PlainPermutations) =>
    cell('barrier', key, (onPoint) => matchedBarrier(comparison, pair, permutations, onPoint));
  return {
    unmatched: () =>
      cell('barrier', cellKey('unmatched', steps[t]), (onPoint) =>
        unmatchedBarrier(comparison, pair, onPoint),
      ),
    found: (match) =>
      cell('permutations', cellKey('permutations', steps[t]), () =>
        foundPermutations(comparison, match, pair),
      ),
    using: (s, permutations) => matched(cellKey('matched', steps[s], steps[t]), permutations),
    usingGiven: (name, permutations) => matched(cellKey('given', name, steps[t]), permutations),
  };
}
