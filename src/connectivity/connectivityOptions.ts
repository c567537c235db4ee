import { assertFunction, type OptionTable } from '../checks';
import type { Matcher } from '../matching';
import type { Baseline, Evaluate } from '../metrics';
import { assertBaseline, assertPoints } from '../metrics/internal';
import type { LongWorkOptions } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import type { ConnectivityCell } from './connectivityCell';
import type { ConnectivityProgress } from './createCells';
import { assertCriterion } from './verdictOf';

/** Options that the reports on connectivity share. */
export interface ConnectivityOptions<Metric extends string = string>
  extends LongWorkOptions<ConnectivityProgress> {
  /** The permutation groups of the networks, and the axes that share each. */
  spec: PermutationSpec;
  /** Measures a network, for example `classificationEvaluator(…)`. */
  evaluate: Evaluate<Metric>;
  /** The greatest barrier that counts as none, ≥ 0, in units of the metric. */
  tolerance: number;
  /** The metric of the verdicts. All metrics of `evaluate` are reported. Default `'loss'`. */
  metric?: NoInfer<Metric>;
  /** The number of points along each line, both ends included: 2 … 100000. Default 25. */
  points?: number;
  /** The baseline of all barriers. Default `'linear'`. */
  baseline?: Baseline;
  /**
   * Finished cells by key, from an earlier `onCell`. They are not computed again, and networks that only they
   * need are not loaded. Default: none.
   */
  finished?: Readonly<Record<string, ConnectivityCell>>;
  /** Called with every finished cell, plain data to be stored, and awaited. */
  onCell?: (key: string, cell: ConnectivityCell) => void | Promise<void>;
}

/** The names of the options that the reports share. */
export const CONNECTIVITY_OPTIONS = {
  ...{ spec: true, evaluate: true, tolerance: true, metric: true, points: true, baseline: true },
  ...{ finished: true, onCell: true, signal: true, onProgress: true },
} as const satisfies OptionTable<ConnectivityOptions>;

/** Settings of a report that are checked before any network is loaded. */
export interface CheckedSettings {
  readonly evaluate: unknown;
  readonly tolerance: number;
  readonly metric: string;
  readonly points: number;
  readonly baseline: Baseline;
}

/** Throws if a setting is out of range. */
export function assertSettings({
  evaluate,
  tolerance,
  metric,
  points,
  baseline,
}: CheckedSettings): void {
  assertFunction('evaluate', evaluate, 'Pass classificationEvaluator(…) or a function of your own');
  assertCriterion({ metric, tolerance });
  assertPoints(points);
  assertBaseline(baseline);
}

/** Throws unless `match` is a function. */
export function assertMatcher(match: Matcher | undefined): asserts match is Matcher {
  assertFunction(
    'match',
    match,
    'Pass weightMatcher(spec), activationMatcher(spec, …) or a function of your own',
  );
}
