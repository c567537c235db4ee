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

/** The cells of one step. */
export interface StepCells {
  unmatched(): Promise<BarrierReport>;
  found(match: Matcher): Promise<PlainPermutations>;
  using(s: number, permutations: PlainPermutations): Promise<BarrierReport>;
  usingGiven(name: string, permutations: PlainPermutations): Promise<BarrierReport>;
}

/** The cells of step t of two sequences, whose networks there are the pair. */
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
