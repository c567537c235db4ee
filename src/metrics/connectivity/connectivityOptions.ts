import { invalid } from '../../errors';
import type { Matcher } from '../../matching/matcher';
import type { LongWorkOptions } from '../../progress';
import type { PermutationSpec } from '../../spec/spec';
import type { Baseline } from '../barrier';
import type { Evaluate } from '../evaluate';

/** How far a report has got. */
export interface ConnectivityProgress {
  /** Permutations found and barriers measured so far, those that were finished before among them. */
  readonly done: number;
  /** How many there are. */
  readonly total: number;
  /** The last one, such as `'barrier 3 4 matched'`. */
  readonly cell: string;
}

/** Options that all reports on connectivity share. */
export interface ConnectivityOptions<Metric extends string = string>
  extends LongWorkOptions<ConnectivityProgress> {
  /** Which axes share which group. */
  spec: PermutationSpec;
  /** Finds permutations. */
  match: Matcher;
  /** Measures a network, for example `classificationEvaluator(…)`. */
  evaluate: Evaluate<Metric>;
  /** The metric that verdicts are about; one that `evaluate` returns. Default `'loss'`. */
  metric?: NoInfer<Metric>;
  /** The greatest barrier that counts as none, in units of the metric; ≥ 0. */
  tolerance: number;
  /** How many points a barrier has; ≥ 2. Default 25. */
  points?: number;
  /** What a barrier is measured against. Default `'linear'`. */
  baseline?: Baseline;
  /**
   * Cells that an earlier run of the same work finished, as `onCell` told them: they are not computed again, and
   * networks that only they need are not loaded. Default none.
   */
  finished?: Readonly<Record<string, unknown>>;
  /** Told each cell that is finished, plain data to keep: a permutation found, or a barrier. */
  onCell?: (key: string, cell: unknown) => void;
}

/** The options of a report with their defaults filled in. */
export type FilledOptions<Metric extends string> = Omit<ConnectivityOptions<Metric>, 'match'> &
  Required<Pick<ConnectivityOptions<Metric>, 'points' | 'baseline' | 'finished'>> & {
    readonly metric: Metric;
    /** What cells depend on beside points, baseline and metric. */
    readonly ownSettings?: Readonly<Record<string, unknown>>;
  };

/** Throws unless the options are in range. */
export function assertOptions<Metric extends string>(
  fn: string,
  { evaluate, tolerance, points }: FilledOptions<Metric>,
): void {
  assertFunction(fn, 'evaluate', evaluate, 'Pass classificationEvaluator(…), say');
  if (!(tolerance >= 0 && Number.isFinite(tolerance))) {
    throw invalid(
      fn,
      `tolerance must be a number ≥ 0, received ${tolerance}`,
      'It is the greatest barrier that counts as none, in units of the metric',
    );
  }
  if (!Number.isInteger(points) || points < 2) {
    throw invalid(
      fn,
      `points must be an integer ≥ 2, received ${points}`,
      'The grid needs both ends; the default is 25',
    );
  }
}

/** Throws unless a matcher is a function. */
export function assertMatcher(fn: string, option: string, match: unknown): void {
  const remedy = 'Pass (a, b, { signal }) => weightMatch(spec, a, b, { signal }), say';
  assertFunction(fn, option, match, remedy);
}

function assertFunction(fn: string, option: string, value: unknown, remedy: string): void {
  if (typeof value === 'function') return;
  const received = value === null ? 'null' : typeof value;
  throw invalid(fn, `${option} must be a function, received ${received}`, remedy);
}
