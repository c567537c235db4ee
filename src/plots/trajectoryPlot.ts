import { assertChoice, assertOptions } from '../checks';
import { named } from '../errors';
import { assertFinite, assertReport } from './assertReport';
import { type AxisScale, linearAxis, stepsAxis } from './axis';
import {
  type ConnectivityRows,
  type FurtherRow,
  type RowLabels,
  rowSeries,
  stepOfOne,
} from './connectivityRows';
import { FIGURE_OPTIONS, type FigureOptions } from './figure';
import { inWords } from './inWords';
import { lineChart } from './lineChart';
import { unitOf } from './metricOf';

/** Options of {@link trajectoryPlot}. */
export interface TrajectoryPlotOptions extends FigureOptions {
  /** The name of the metric to draw. Default `'loss'`. */
  metric?: string;
  /** Of the metric; with `'%'` values are shares, shown as percentages. Default nats of `loss`, % of `error` and `accuracy`. */
  unit?: string;
  /** How steps lie on their axis: `'log'` and `'symlog'` for steps that grow geometrically, the latter with a place for step 0. Default `'linear'`. */
  scale?: AxisScale;
  /** Rows beside those of the report, such as those of another matcher. Default none. */
  further?: readonly FurtherRow[];
  /** The labels of the rows. */
  labels?: RowLabels;
  /** Default 'training step'. */
  xLabel?: string;
  /** Default the metric's name, 'barrier' and the unit. */
  yLabel?: string;
}

/**
 * The barrier along training as one SVG image: without a permutation, with the one found at each step,
 * and with one permutation for all steps, from a `simultaneousConnectivity` report.
 *
 * @param report - The report, whole or a part of it: its steps and at least one of its rows.
 * @param options - All have defaults.
 * @returns The text of an SVG image.
 * @throws InvalidInputError when a row's length differs from that of the steps, a report has not the
 * metric (with those it has), a step has no place on the scale, or the figure is too small.
 *
 * @example
 * ```ts
 * import { trajectoryPlot } from 'perm-lmc/plots';
 *
 * const row = (...maxima: number[]) => maxima.map((max) => ({ alphas: [0, 1], loss: { max } }));
 * const svg = trajectoryPlot(
 *   { steps: [0, 50, 400], from: 2, unmatched: row(0, 0.8, 1.2), own: row(0, 0.01, 0.01), one: row(0, 0, 0.01) },
 *   { scale: 'symlog' },
 * );
 * ```
 */
export function trajectoryPlot(
  report: ConnectivityRows,
  options: TrajectoryPlotOptions = {},
): string {
  return named('trajectoryPlot', () => {
    assertOptions(options, {
      ...FIGURE_OPTIONS,
      ...{
        metric: true,
        unit: true,
        scale: true,
        further: true,
        labels: true,
        xLabel: true,
        yLabel: true,
      },
    });
    const {
      metric = 'loss',
      title = `Barrier of the ${metric} along training`,
      description,
      unit = unitOf(metric),
      scale = 'linear',
      further = [],
      labels = {},
      xLabel = 'training step',
      yLabel = `${metric} barrier`,
      width = 720,
      height,
      id,
    } = options;
    assertReport('the report', report);
    assertChoice('scale', scale, ['linear', 'log', 'symlog']);
    assertFinite('steps', report.steps);
    const step = stepOfOne(report);
    const series = rowSeries(report, further, report.steps, metric, {
      unmatched: 'no permutation',
      own: 'permutation found at each step',
      one: step === '' ? 'one permutation for all' : `permutation found at step ${step}`,
      ...labels,
    });
    const x = stepsAxis('steps', report.steps, { label: xLabel, kind: scale });
    const barriers = series.flatMap(({ points }) => points.map(([, barrier]) => barrier));
    const y = linearAxis(barriers, { label: yLabel, unit, zero: true });
    const words = description ?? `${y.label} against ${xLabel}. ${series.map(inWords).join(' ')}`;
    return lineChart({ plot: 'trajectoryPlot', title, description: words, width, height, id }, [
      { x, y, series },
    ]);
  });
}
