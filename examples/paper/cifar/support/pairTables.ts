import { markdownTable, percent } from '../../support/markdownTable';
import type { PairReport, PairRow } from './measurePair';
import type { PairMetric } from './splitEvaluator';

/** Tables of a quantity by match (rows) and pair (columns). */
export function pairTables(reports: readonly PairReport[]): string {
  const nats = (metric: PairMetric) => (row: PairRow) => row.barrier[metric].max.toFixed(3);
  const share = (metric: PairMetric) => (row: PairRow) => percent(row.barrier[metric].max);
  const quantities: Record<string, (row: PairRow) => string> = {
    'Error barrier, test': share('error'),
    'Error barrier, training': share('trainError'),
    'Loss barrier in nats, test': nats('loss'),
    'Loss barrier in nats, training': nats('trainLoss'),
    'Loss barrier in nats after calibration, test': nats('calibrated'),
    'Loss barrier in nats after calibration, training': nats('trainCalibrated'),
    S: ({ objective }) => objective.toFixed(1),
  };
  return Object.entries(quantities)
    .map(([title, textOf]) => `${title}:\n\n${tableOf(reports, textOf)}`)
    .join('\n\n');
}

function tableOf(reports: readonly PairReport[], textOf: (row: PairRow) => string): string {
  const names = [...new Set(reports.flatMap(({ rows }) => Object.keys(rows)))];
  return markdownTable(
    ['match', ...reports.map(({ title }) => title)],
    names.map((name) => [
      name,
      ...reports.map(({ rows }) => (name in rows ? textOf(rows[name]) : '')),
    ]),
  );
}
