import { invalid } from '../errors';
import { assertSameLength } from './assertReport';
import type { MeasuredLine } from './barrierPlot';
import type { Series } from './lineChart';
import { barrierMax } from './metricOf';
import { writtenOut } from './writtenOut';

/** The parts of a `SimultaneousConnectivityReport` that plots draw, as it is or out of JSON. */
export interface ConnectivityRows {
  /** Training steps, or pruning levels. */
  readonly steps: readonly number[];
  /** The index of the step whose permutation the row `one` uses everywhere. */
  readonly from?: number;
  /** The barrier at each step without a permutation. */
  readonly unmatched?: readonly MeasuredLine[];
  /** With the permutation found at that step. */
  readonly own?: readonly MeasuredLine[];
  /** With one permutation, found at the step of index `from`. */
  readonly one?: readonly MeasuredLine[];
  /** With permutations given from outside, by their names. */
  readonly given?: Readonly<Record<string, NamedRow>>;
}

/** The barriers with one permutation given from outside. */
export interface NamedRow {
  /** A report of `barrier` for each step. */
  readonly barriers: readonly MeasuredLine[];
}

/** A further row of barriers, one at each step. */
export interface FurtherRow {
  /** The name of the measurement, such as 'activation matching'. */
  readonly label: string;
  /** A report of `barrier` for each step. */
  readonly reports: readonly MeasuredLine[];
}

/** The labels of the rows of a report in a figure. */
export interface RowLabels {
  /** Default 'no permutation'. */
  unmatched?: string;
  /** Default 'permutation found at each …'. */
  own?: string;
  /** Default 'permutation found at …', with the step. */
  one?: string;
}

/** One series for each row that the report has, those given from outside, then the further ones: the barrier over x. */
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
      'Pass at least one',
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

/** The step whose permutation is used everywhere; '' where the report does not say. */
export function stepOfOne({ steps, from }: ConnectivityRows): string {
  if (from === undefined) return '';
  if (!(from in steps)) {
    throw invalid(`from is ${from}, of ${steps.length} steps`, 'It is the index of a step, from 0');
  }
  return writtenOut(steps[from]);
}
