import { assertChoice, assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertFinite, assertReport, assertSameLength } from './assertReport';
import { type Axis, linearAxis, logAxis } from './axis';
import {
  type ConnectivityRows,
  type FurtherRow,
  type RowLabels,
  rowSeries,
  stepOfOne,
} from './connectivityRows';
import { FIGURE_OPTIONS, type FigureOptions } from './figure';
import { inWords } from './inWords';
import { lineChart, type Series } from './lineChart';
import { unitOf } from './metricOf';

/** Two sequences of pruned networks: how dense they are, how far apart, how good. */
export interface PruningLevels {
  /** At each level the share of the weights that is left, in (0, 1]. */
  readonly densities: readonly number[];
  /** A `SimultaneousConnectivityReport` whose steps are the levels, or the part of it to draw. */
  readonly report: ConnectivityRows;
  /** The test accuracy at each level, a share of the examples in [0, 1]; one list for each curve. */
  readonly accuracies: readonly LabelledAccuracies[];
}

/** Accuracies of one sequence of networks. */
export interface LabelledAccuracies {
  /** The name of the sequence, such as 'A'. */
  readonly label: string;
  /** One for each level. */
  readonly values: readonly number[];
}

/** Options of {@link pruningPlot}. */
export interface PruningPlotOptions extends FigureOptions {
  /** The name of the metric whose barrier is drawn. Default `'loss'`. */
  metric?: string;
  /** Of the metric; with `'%'` values are shares, shown as percentages. Default nats of `loss`, % of `error` and `accuracy`. */
  unit?: string;
  /** The quantity at the ticks: the share of the weights that is left, or that is gone. Default `'density'`. */
  ticks?: 'density' | 'sparsity';
  /** Rows beside those of the report, such as a random permutation. Default none. */
  further?: readonly FurtherRow[];
  /** The labels of the rows. */
  labels?: RowLabels;
  /** Default 'weights left (%)', or 'weights pruned (%)'. */
  xLabel?: string;
  /** Of the upper panel. Default the metric's name, 'barrier' and the unit. */
  yLabel?: string;
}

/**
 * Barrier and accuracy along the levels of pruning, one above the other, as one SVG image. Levels that
 * prune equal shares of what is left are equally far apart: the axis is logarithmic in the density, from
 * the dense network on the left on, whichever of density and sparsity its ticks tell.
 *
 * @param levels - Densities, a report on simultaneous connectivity along them, and accuracies.
 * @param options - All have defaults.
 * @returns The text of an SVG image.
 * @throws InvalidInputError when lengths differ, a density lies outside (0, 1], a report has not the
 * metric (with those it has), a value is not finite, or the figure is too small.
 *
 * @example
 * ```ts
 * import { pruningPlot } from 'perm-lmc/plots';
 *
 * const row = (...maxima: number[]) => maxima.map((max) => ({ alphas: [0, 1], loss: { max } }));
 * const svg = pruningPlot({
 *   densities: [1, 0.8, 0.64],
 *   report: { steps: [0, 1, 2], from: 0, unmatched: row(1.2, 1.1, 1), one: row(0.01, 0.02, 0.02) },
 *   accuracies: [{ label: 'A', values: [0.98, 0.98, 0.97] }],
 * });
 * ```
 */
export function pruningPlot(levels: PruningLevels, options: PruningPlotOptions = {}): string {
  return named('pruningPlot', () => {
    assertOptions(options, {
      ...FIGURE_OPTIONS,
      ...{
        metric: true,
        unit: true,
        ticks: true,
        further: true,
        labels: true,
        xLabel: true,
        yLabel: true,
      },
    });
    const {
      metric = 'loss',
      title = `Barrier of the ${metric} and accuracy along pruning`,
      description,
      unit = unitOf(metric),
      ticks = 'density',
      further = [],
      labels = {},
      xLabel = ticks === 'density' ? 'weights left (%)' : 'weights pruned (%)',
      yLabel = `${metric} barrier`,
      width = 720,
      height,
      id,
    } = options;
    assertReport('levels', levels);
    assertReport('levels.report', levels.report);
    assertChoice('ticks', ticks, ['density', 'sparsity']);
    const { densities, report, accuracies } = levels;
    assertDensities(densities);
    assertFinite('steps', report.steps);
    assertSameLength(['steps', report.steps], ['densities', densities]);
    const level = stepOfOne(report);
    const barriers = rowSeries(report, further, densities, metric, {
      unmatched: 'no permutation',
      own: 'permutation found at each level',
      one: level === '' ? 'one permutation for all' : `permutation found at level ${level}`,
      ...labels,
    });
    const accuracySeries = accuracies.map((each) => accuracyCurve(each, densities));
    const x = densityAxis(densities, ticks, xLabel);
    const upper = linearAxis(ordinates(barriers), { label: yLabel, unit, zero: true });
    const panels = [{ x, y: upper, series: barriers }];
    if (accuracies.length > 0) {
      const options = { label: 'accuracy', unit: '%', zero: false };
      panels.push({ x, y: linearAxis(ordinates(accuracySeries), options), series: accuracySeries });
    }
    const words =
      description ??
      `${panels.map(({ y }) => y.label).join(' and ')} against the share of weights that is left. ${[...barriers, ...accuracySeries].map(inWords).join(' ')}`;
    return lineChart({ plot: 'pruningPlot', title, description: words, width, height, id }, panels);
  });
}

function accuracyCurve(
  { label, values }: LabelledAccuracies,
  densities: readonly number[],
): Series {
  const what = `the accuracies of '${label}'`;
  assertSameLength([what, values], ['densities', densities]);
  assertFinite(what, values);
  return { label: `accuracy, ${label}`, points: values.map((value, i) => [densities[i], value]) };
}

/** From the greatest density on the left to the least on the right. */
function densityAxis(
  densities: readonly number[],
  told: 'density' | 'sparsity',
  label: string,
): Axis {
  const percent = (share: number) => String(Number((100 * share).toPrecision(5)));
  const format = (density: number) => percent(told === 'density' ? density : 1 - density);
  const { scale, ticks } = logAxis(densities, { label });
  const [low, high] = scale.domain();
  const even = ticks.some((tick) => tick > low && tick < high) ? ticks : [low, high];
  return { scale: scale.domain([high, low]), ticks: [...even].reverse(), format, label };
}

function assertDensities(densities: readonly number[]): void {
  assertFinite('densities', densities);
  const outside = densities.find((density) => !(density > 0 && density <= 1));
  if (outside !== undefined) {
    throw invalid(
      `densities has ${outside}, outside (0, 1]`,
      'Pass the share of weights that is left, 1 − sparsity',
    );
  }
}

function ordinates(series: readonly Series[]): number[] {
  return series.flatMap(({ points }) => points.map(([, y]) => y));
}
