import { assertFunction } from '../checks';
import type { Matcher } from '../matching';
import type { Baseline, Evaluate } from '../metrics';
import { assertBaseline, assertPoints } from '../metrics/internal';
import type { LongWorkOptions } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import type { ConnectivityCell, ConnectivityProgress } from './createCells';
import { assertCriterion } from './verdictOf';

/** Options that the reports on connectivity share. */
export interface ConnectivityOptions<Metric extends string = string>
  extends LongWorkOptions<ConnectivityProgress> {
  /** The axes of the networks that share each group. */
  spec: PermutationSpec;
  /** Measures a network, for example `classificationEvaluator(…)`. */
  evaluate: Evaluate<Metric>;
  /** The greatest barrier that counts as none, ≥ 0, in units of the metric. */
  tolerance: number;
  /** The metric of the verdicts; all that `evaluate` returns are reported. Default `'loss'`. */
  metric?: NoInfer<Metric>;
  /** How many values of alpha each barrier is measured at. Default 25. */
  points?: number;
  /** The baseline of all barriers. Default `'linear'`. */
  baseline?: Baseline;
  /**
   * Cells that were finished before, by their keys: they are neither found nor measured again, and what only
   * they need is not loaded. Default: none.
   */
  finished?: Readonly<Record<string, ConnectivityCell>>;
  /** Told every cell as it is finished, as plain data to be kept; awaited. */
  onCell?: (key: string, cell: ConnectivityCell) => void | Promise<void>;
}

/** The names of the options that the reports share. */
export const CONNECTIVITY_OPTIONS = {
  ...{ spec: true, evaluate: true, tolerance: true, metric: true, points: true, baseline: true },
  ...{ finished: true, onCell: true, signal: true, onProgress: true },
} as const satisfies Record<keyof ConnectivityOptions, true>;

/** The settings of a report that can be checked before anything is loaded. */
export interface CheckedSettings {
  readonly evaluate: unknown;
  readonly tolerance: number;
  readonly metric: string;
  readonly points: number;
  readonly baseline: Baseline;
}

/** Throws on options that are out of range. */
export function assertSettings({
  evaluate,
  tolerance,
  metric,
  points,
  baseline,
}: CheckedSettings): void {
  assertFunction('evaluate', evaluate, 'Pass classificationEvaluator(…) or one of your own');
  assertCriterion({ metric, tolerance });
  assertPoints(points);
  assertBaseline(baseline);
}

/** Throws unless there is a matcher. */
export function assertMatcher(match: Matcher | undefined): asserts match is Matcher {
  assertFunction(
    'match',
    match,
    'Pass weightMatcher(spec), activationMatcher(spec, …) or one of your own',
  );
}
