import type { StrongConnectivityReport } from 'perm-lmc';
import { markdownTable, percent } from './markdownTable';

/** A report on networks that were matched to one of them, and jointly, and the label of its row. */
export interface LabelledReport {
  readonly label: string;
  readonly report: StrongConnectivityReport<'loss' | 'error'>;
}

/** The greatest barriers of pairs and on the simplex, and the mean network: a row for each report. */
export function strongTable(title: string, reports: readonly LabelledReport[]): string {
  return markdownTable(
    [
      title,
      'no permutation',
      'each pair by itself',
      'pairs, matched to A',
      'jointly',
      'simplex, matched to A',
      'jointly',
      'barycentre, matched to A',
      'jointly',
      'error there, matched to A',
      'jointly',
    ],
    reports.map(rowOf),
  );
}

function rowOf({ label, report }: LabelledReport): string[] {
  const joint = report.joint!;
  const own = report.pairs.map((pair) => (pair.own ?? pair.matched).loss.max);
  const simplices = [report.simplex, joint.simplex];
  return [
    label,
    report.unmatchedVerdict.barrier.toFixed(4),
    Math.max(...own).toFixed(4),
    report.verdict.barrier.toFixed(4),
    joint.verdict.barrier.toFixed(4),
    ...simplices.map(({ loss }) => loss.max.toFixed(4)),
    ...simplices.map(({ loss }) => loss.barycentre.toFixed(4)),
    ...simplices.map(({ weights, error }) => {
      const centre = weights.findIndex((w) => w.every((each) => each === 1 / w.length));
      return percent(error.values[centre]);
    }),
  ];
}
