import { invalid } from '../errors';
import { assertSameLength } from './assertReport';
import type { MeasuredLine } from './barrierPlot';
import type { Series } from './lineChart';
import { barrierMax } from './metricOf';
import { writtenOut } from './writtenOut';

/** The parts of a `SimultaneousConnectivityReport` that plots draw, also parsed from JSON. */
export interface ConnectivityRows {
  /** The training steps or pruning levels: [steps]. */
  readonly steps: readonly number[];
  /** The index of the step whose permutation the row `one` uses at every step. */
  readonly from?: number;
  /** The barrier at each step without a permutation: [steps]. */
  readonly unmatched?: readonly MeasuredLine[];
  /** The barrier at each step with the permutation found at that step: [steps]. */
  readonly own?: readonly MeasuredLine[];
  /** The barrier at each step with the permutation found at the step of index `from`: [steps]. */
  readonly one?: readonly MeasuredLine[];
  /** The barriers with permutations that the caller passed, by name. */
  readonly given?: Readonly<Record<string, NamedRow>>;
}

/** The barriers with one permutation that the caller passed. */
export interface NamedRow {
  /** A report of `barrier` for each step: [steps]. */
  readonly barriers: readonly MeasuredLine[];
}

/** A further row of barriers, one at each step. */
export interface FurtherRow {
  /** The label of the row, such as 'activation matching'. */
  readonly label: string;
  /** A report of `barrier` for each step: [steps]. */
  readonly reports: readonly MeasuredLine[];
}

/** The labels of the rows of a report in a figure. */
export interface RowLabels {
  /** The label of `unmatched`. Default 'no permutation'. */
  unmatched?: string;
  /** The label of `own`. Default 'permutation found at each step' (or level). */
  own?: string;
  /** The label of `one`. Default 'permutation found at step …' (or level). */
  one?: string;
}

/** One series for each row of the report, then one for each further row: the barriers over `xs` [steps]. */
export function rowSeries(
  report: ConnectivityRows,
  further: readonly FurtherRow[],
  xs: readonly number[],
  metric: string,
  labels: Required<RowLabels>,
): Series[] {
  const named = (name: string, label: string, reports: readonly MeasuredLine[] | undefined) =>
    reports === undefined ? [] : [{ name, label, reports }];
  const rows = [
    ...(['unmatched', 'own', 'one'] as const).flatMap((row) =>
      named(row, labels[row], report[row]),
    ),
    ...Object.entries(report.given ?? {}).flatMap(([name, { barriers }]) =>
      named(`given '${name}'`, name, barriers),
    ),
    ...further.flatMap(({ label, reports }) => named(`the row '${label}'`, label, reports)),
  ];
  if (rows.length === 0) {
    throw invalid(
      'the report has none of the rows unmatched, own, one and given',
      'Pass at least one of these rows, or use further',
      { param: 'report' },
    );
  }
  return rows.map(({ name, label, reports }) => {
    assertSameLength([name, reports], ['steps', xs]);
    const points = reports.map((line, i): [number, number] => [
      xs[i],
      barrierMax(`${name}[${i}]`, line, metric),
    ]);
    return { label, points };
  });
}

/** The step whose permutation the row `one` uses, as text; '' if the report has no `from`. */
export function stepOfOne({ steps, from }: ConnectivityRows): string {
  if (from === undefined) return '';
  if (!(from in steps)) {
    throw invalid(
      `from must be an index of the ${steps.length} steps, received ${from}`,
      'Pass an index from 0, not a step',
      { param: 'from', received: from },
    );
  }
  return writtenOut(steps[from]);
}
