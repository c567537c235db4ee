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

/** Two sequences of pruned networks: their densities, barriers and accuracies. */
export interface PruningLevels {
  /** The share of the weights left at each level, in (0, 1]: [levels]. */
  readonly densities: readonly number[];
  /** A `SimultaneousConnectivityReport` whose steps are the levels, or the parts of it to draw. */
  readonly report: ConnectivityRows;
  /** The test accuracies, one list for each curve. */
  readonly accuracies: readonly LabelledAccuracies[];
}

/** Accuracies of one sequence of networks. */
export interface LabelledAccuracies {
  /** The name of the sequence, such as 'A'. */
  readonly label: string;
  /** The accuracy at each level, in [0, 1]: [levels]. */
  readonly values: readonly number[];
}

/** Options of {@link pruningPlot}. */
export interface PruningPlotOptions extends FigureOptions {
  /** The name of the metric whose barrier is drawn. Default `'loss'`. */
  metric?: string;
  /**
   * The unit of the metric. With `'%'`, values are shares in [0, 1], drawn as percentages. Default `'nats'` for
   * `loss`, `'%'` for `error` and `accuracy`, else none.
   */
  unit?: string;
  /** The quantity at the ticks: the share of the weights that is left, or that is pruned. Default `'density'`. */
  ticks?: 'density' | 'sparsity';
  /** More rows, such as barriers with a random permutation. Default none. */
  further?: readonly FurtherRow[];
  /** The labels of the rows. */
  labels?: RowLabels;
  /** The label of the x axis. Default 'weights left (%)', or 'weights pruned (%)'. */
  xLabel?: string;
  /** The label of the upper y axis. Default the metric's name and 'barrier'. The unit is added. */
  yLabel?: string;
}

/**
 * Draws barriers and, below them, accuracies along the levels of pruning as one SVG image. The x axis is
 * logarithmic in the density and starts with the dense network, also if its ticks show the sparsity: levels
 * that prune equal shares of the remaining weights are equally far apart.
 *
 * @param levels - Densities, a report on simultaneous connectivity at these levels, and accuracies.
 * @param options - All have defaults.
 * @returns The text of an SVG image.
 * @throws InvalidInputError if lengths differ, a density lies outside (0, 1], a report lacks the metric (the
 * error lists its metrics), a value is not finite, or the figure is too small.
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

/** A logarithmic axis from the greatest density on the left to the least on the right. */
function densityAxis(
  densities: readonly number[],
  quantity: 'density' | 'sparsity',
  label: string,
): Axis {
  const percent = (share: number) => String(Number((100 * share).toPrecision(5)));
  const format = (density: number) => percent(quantity === 'density' ? density : 1 - density);
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
      'Pass shares of weights left, 1 − sparsity',
      { param: 'densities', received: outside },
    );
  }
}

function ordinates(series: readonly Series[]): number[] {
  return series.flatMap(({ points }) => points.map(([, y]) => y));
}
