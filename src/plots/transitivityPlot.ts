import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertAscending } from './assertAscending';
import { assertFinite, assertReport, assertSameLength } from './assertReport';
import { assertShare } from './assertShare';
import { type Axis, linearAxis, stepsAxis } from './axis';
import { FIGURE_OPTIONS, type FigureOptions } from './figure';
import { inWords } from './inWords';
import { lineChart, type Series } from './lineChart';
import { unitOf } from './metricOf';
import { writtenOut } from './writtenOut';

/** Composed permutations against direct ones, by the length of the path. */
export interface TransitivityAlongPaths {
  /** The number of matches that are composed, ascending: [lengths]. */
  readonly lengths: readonly number[];
  /** For each curve, such as a group, the share of units with the same place in both, in [0, 1]: [lengths]. */
  readonly fractions?: Readonly<Record<string, readonly number[]>>;
  /** The barriers between the ends of a path. */
  readonly barriers?: PathBarriers;
}

/** The barriers between the ends of a path by its length: [lengths]. */
export interface PathBarriers {
  /** The barrier with the permutation found for the two ends. */
  readonly direct: readonly number[];
  /** The barrier with the permutations along the path, composed. */
  readonly composed: readonly number[];
  /** The barrier without a permutation. */
  readonly unmatched?: readonly number[];
}

/** The labels of the barriers in a figure. */
export interface PathLabels {
  /** The label of `direct`. Default 'direct permutation'. */
  direct?: string;
  /** The label of `composed`. Default 'composed along the path'. */
  composed?: string;
  /** The label of `unmatched`. Default 'no permutation'. */
  unmatched?: string;
}

/** Options of {@link transitivityPlot}. */
export interface TransitivityPlotOptions extends FigureOptions {
  /** The name of the metric, for the labels. Default `'loss'`. */
  metric?: string;
  /**
   * The unit of the metric. With `'%'`, values are shares in [0, 1], drawn as percentages. Default `'nats'` for
   * `loss`, `'%'` for `error` and `accuracy`, else none.
   */
  unit?: string;
  /** The labels of the barriers. */
  labels?: PathLabels;
  /** The label of the x axis. Default 'matches along the path'. */
  xLabel?: string;
  /** The label of the y axis of the barriers. Default the metric's name and 'barrier'. The unit is added. */
  yLabel?: string;
  /** The label of the y axis of the shares. Default 'units that agree'. The unit, %, is added. */
  agreementLabel?: string;
}

/**
 * Draws the transitivity of matching as one SVG image: against the length of the path, the share of units on
 * which composed and direct permutations agree, and below it the barriers with both.
 *
 * @param paths - Lengths, and for each the shares, the barriers or both.
 * @param options - All have defaults.
 * @returns The text of an SVG image.
 * @throws InvalidInputError if lists differ in length or are absent, the lengths do not ascend, a share lies outside
 * [0, 1], a value is not finite, or the figure is too small.
 *
 * @example
 * ```ts
 * import { transitivityPlot } from 'perm-lmc/plots';
 *
 * const svg = transitivityPlot({
 *   lengths: [2, 3, 4],
 *   fractions: { h1: [0.8, 0.7, 0.65], h2: [0.6, 0.45, 0.4] },
 *   barriers: { direct: [0.02, 0.02, 0.02], composed: [0.04, 0.07, 0.1] },
 * });
 * ```
 */
export function transitivityPlot(
  paths: TransitivityAlongPaths,
  options: TransitivityPlotOptions = {},
): string {
  return named('transitivityPlot', () => {
    assertOptions(options, {
      ...FIGURE_OPTIONS,
      ...{ metric: true, unit: true, labels: true, xLabel: true, yLabel: true },
      agreementLabel: true,
    });
    const {
      metric = 'loss',
      title = 'Composed permutations against direct ones',
      description,
      unit = unitOf(metric),
      labels = {},
      xLabel = 'matches along the path',
      yLabel = `${metric} barrier`,
      agreementLabel = 'units that agree',
      width = 720,
      height,
      id,
    } = options;
    assertReport('the paths', paths);
    assertAscending('lengths', paths.lengths);
    const x = lengthAxis(paths.lengths, xLabel);
    const shares = shareSeries(paths);
    const barriers = barrierSeries(paths, labels);
    const panels = [
      ...panelOf(shares, { label: agreementLabel, unit: '%', zero: true }),
      ...panelOf(barriers, { label: yLabel, unit, zero: true }),
    ].map((panel) => ({ x, ...panel }));
    if (panels.length === 0) {
      throw invalid(
        'the paths have neither fractions nor barriers',
        'Pass at least one of the two',
        { param: 'paths' },
      );
    }
    const words =
      description ??
      `${panels.map(({ y }) => y.label).join(' and ')} against ${xLabel}. ${[...shares, ...barriers].map(inWords).join(' ')}`;
    return lineChart(
      { plot: 'transitivityPlot', title, description: words, width, height, id },
      panels,
    );
  });
}

/** An axis with a tick at each length. */
function lengthAxis(lengths: readonly number[], label: string): Axis {
  const { scale } = stepsAxis('lengths', lengths, { label, kind: 'linear' });
  return { scale, ticks: lengths, format: writtenOut, label };
}

function shareSeries({ lengths, fractions }: TransitivityAlongPaths): Series[] {
  return Object.entries(fractions ?? {}).map(([label, values]) => {
    const what = `fractions.${label}`;
    const series = seriesOf(label, what, values, lengths);
    for (const [i, value] of values.entries()) assertShare(`${what}[${i}]`, value);
    return series;
  });
}

function barrierSeries(
  { lengths, barriers }: TransitivityAlongPaths,
  labels: PathLabels,
): Series[] {
  if (!barriers) return [];
  const named = {
    unmatched: 'no permutation',
    composed: 'composed along the path',
    direct: 'direct permutation',
    ...labels,
  };
  return (['unmatched', 'composed', 'direct'] as const).flatMap((kind) => {
    const values = barriers[kind];
    if (values === undefined && kind === 'unmatched') return [];
    return [seriesOf(named[kind], `barriers.${kind}`, values!, lengths)];
  });
}

function seriesOf(
  label: string,
  what: string,
  values: readonly number[],
  lengths: readonly number[],
): Series {
  assertSameLength([what, values], ['lengths', lengths]);
  assertFinite(what, values);
  return { label, points: values.map((value, i) => [lengths[i], value]) };
}

function panelOf(
  series: Series[],
  axis: Parameters<typeof linearAxis>[1],
): { y: Axis; series: Series[] }[] {
  if (series.length === 0) return [];
  const values = series.flatMap(({ points }) => points.map(([, y]) => y));
  return [{ y: linearAxis(values, axis), series }];
}
