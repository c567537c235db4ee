import { barrierPlot } from 'perm-lmc/plots';
import type { PairReport } from './measurePair';

/** The curves of the figures: the rows of the report and their labels. */
const CURVES = {
  none: 'no permutation',
  weights: 'weight matching',
  activations: 'activation matching',
  'weights, search, by loss': 'search, chosen by loss',
  'weights, search, by loss + repair': 'the same, repaired',
};

/** The quantity of each figure, by the metric. */
const METRICS = { loss: 'loss', error: 'error', calibrated: 'loss after calibration' };

/** Figures of a pair on test images, `NAME-loss`, `NAME-error` and `NAME-calibrated`. */
export function pairFigures(name: string, { title, rows }: PairReport): Record<string, string> {
  const lines = Object.entries(CURVES).map(([row, label]) => ({
    label,
    report: rows[row].barrier,
  }));
  const figures = Object.entries(METRICS).map(([metric, label]) => [
    `${name}-${metric}`,
    barrierPlot(lines, {
      ...{ title: `${title}: ${label} on test images`, metric, yLabel: label },
      ...(metric === 'calibrated' && { unit: 'nats' }),
    }),
  ]);
  return Object.fromEntries(figures);
}
