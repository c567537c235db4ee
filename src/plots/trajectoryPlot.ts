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
  /**
   * The unit of the metric. With `'%'`, values are shares in [0, 1], drawn as percentages. Default `'nats'` for
   * `loss`, `'%'` for `error` and `accuracy`, else none.
   */
  unit?: string;
  /** The scale of the x axis: `'log'` and `'symlog'` suit geometric steps; `'symlog'` includes 0. Default `'linear'`. */
  scale?: AxisScale;
  /** More rows, such as those of another matcher. Default none. */
  further?: readonly FurtherRow[];
  /** The labels of the rows. */
  labels?: RowLabels;
  /** The label of the x axis. Default 'training step'. */
  xLabel?: string;
  /** The label of the y axis. Default the metric's name and 'barrier'. The unit is added. */
  yLabel?: string;
}

/**
 * Draws the barriers along training from a `simultaneousConnectivity` report as one SVG image: without a
 * permutation, with the permutation found at each step, and with one permutation for all steps.
 *
 * @param report - The report, or a part of it: its steps and at least one of its rows.
 * @param options - All have defaults.
 * @returns The text of an SVG image.
 * @throws InvalidInputError if a row and the steps differ in length, a report lacks the metric (the error lists
 * its metrics), the scale cannot show a step, or the figure is too small.
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
