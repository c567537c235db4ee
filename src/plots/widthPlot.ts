import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertNotEmpty, assertReport } from './assertReport';
import { linearAxis, logAxis } from './axis';
import type { MeasuredLine } from './barrierPlot';
import { FIGURE_OPTIONS, type FigureOptions } from './figure';
import { inWords } from './inWords';
import { lineChart, type Series } from './lineChart';
import { barrierMax, statedNumber, unitOf } from './metricOf';

/** The barriers of a pair of networks. */
export interface AlignedPair {
  /** `direct`: one network is the reference. `indirect`: each was matched to the reference only. `joint`: all were matched at once. */
  readonly kind: 'direct' | 'indirect' | 'joint';
  /** The barrier with one permutation for each network. */
  readonly matched: MeasuredLine;
  /** The barrier with a permutation found for this pair; null or absent if not measured. */
  readonly own?: MeasuredLine | null;
  /** The barrier without permutations. */
  readonly unmatched?: MeasuredLine;
}

/** A `SimplexReport` of any metrics. */
export interface MeasuredSimplex {
  /** For each point the weights [networks]. */
  readonly weights: readonly (readonly number[])[];
}

/** The parts of a `StrongConnectivityReport` that the plot draws, also parsed from JSON. */
export interface PairsAndSimplex {
  /** The pairs of networks. */
  readonly pairs: readonly AlignedPair[];
  /** The report of `simplexBarrier` on the permuted networks. */
  readonly simplex: MeasuredSimplex;
  /** The barriers with the permutations of a joint match; null or absent if there is none beside `pairs`. */
  readonly joint?: JointBarriers | null;
}

/** The barriers of networks that were matched at once. */
export interface JointBarriers {
  /** The barrier of each pair. */
  readonly barriers: readonly MeasuredLine[];
  /** The report of `simplexBarrier`. */
  readonly simplex: MeasuredSimplex;
}

/** A report on networks of one width. */
export interface ReportAtWidth {
  /** The number of hidden units in each layer. */
  readonly width: number;
  /** The report of `strongConnectivity` on networks of that width. */
  readonly report: PairsAndSimplex;
}

/** The labels of the curves in a figure. */
export interface WidthLabels {
  /** The label of pairs with a match of their own. Default 'pairs matched to each other'. */
  direct?: string;
  /** The label of indirect pairs. Default 'pairs matched through the reference'. */
  indirect?: string;
  /** The label of joint pairs. Default 'pairs of networks matched at once'. */
  joint?: string;
  /** The label of the gap at the barycentre. Default 'barycentre of all'. */
  barycentre?: string;
  /** The label of that gap for networks matched at once. Default 'barycentre of all, matched at once'. */
  jointBarycentre?: string;
  /** The label of pairs without permutations. Default 'pairs without permutation'. */
  unmatched?: string;
}

/** Options of {@link widthPlot}. */
export interface WidthPlotOptions extends FigureOptions {
  /** The name of the metric to draw. Default `'loss'`. */
  metric?: string;
  /**
   * The unit of the metric. With `'%'`, values are shares in [0, 1], drawn as percentages. Default `'nats'` for
   * `loss`, `'%'` for `error` and `accuracy`, else none.
   */
  unit?: string;
  /** True to draw the barrier without permutations as well. Default false. */
  unmatched?: boolean;
  /** The labels of the curves. */
  labels?: WidthLabels;
  /** The label of the x axis. Default 'width (hidden units a layer)'. */
  xLabel?: string;
  /** The label of the y axis. Default the metric's name and 'barrier'. The unit is added. */
  yLabel?: string;
}

type Curve = keyof WidthLabels;

/**
 * Draws strong connectivity against width as one SVG image. The x axis is logarithmic. The curves are:
 *
 * - the greatest barrier of pairs matched to each other (the weak claim): direct pairs, and indirect ones with
 *   the permutation of `own`, if measured;
 * - the greatest barrier of indirect pairs (the strong claim);
 * - the greatest barrier of pairs of networks that were matched at once;
 * - the gap at the barycentre, L(θ̄) − mean L(θᵢ), and the same for networks matched at once beside the others.
 *
 * @param reports - A report of `strongConnectivity` for each width, in any order.
 * @param options - All have defaults.
 * @returns The text of an SVG image.
 * @throws InvalidInputError if there is no report, a width is not positive or occurs twice, a report lacks the
 * metric (the error lists its metrics), or the figure is too small.
 *
 * @example
 * ```ts
 * import { widthPlot } from 'perm-lmc/plots';
 *
 * const pair = (kind: 'direct' | 'indirect', max: number) => ({
 *   kind,
 *   matched: { alphas: [0, 1], loss: { max } },
 * });
 * const report = (direct: number, indirect: number, barycentre: number) => ({
 *   pairs: [pair('direct', direct), pair('indirect', indirect)],
 *   simplex: { weights: [], loss: { max: barycentre, barycentre } },
 * });
 * const svg = widthPlot([
 *   { width: 32, report: report(0.2, 0.32, 0.3) },
 *   { width: 64, report: report(0.1, 0.2, 0.18) },
 * ]);
 * ```
 */
export function widthPlot(
  reports: readonly ReportAtWidth[],
  options: WidthPlotOptions = {},
): string {
  return named('widthPlot', () => {
    assertOptions(options, {
      ...FIGURE_OPTIONS,
      ...{
        metric: true,
        unit: true,
        unmatched: 'boolean',
        labels: true,
        xLabel: true,
        yLabel: true,
      },
    });
    const {
      metric = 'loss',
      title = `Barrier of the ${metric} against width`,
      description,
      unit = unitOf(metric),
      unmatched = false,
      labels = {},
      xLabel = 'width (hidden units a layer)',
      yLabel = `${metric} barrier`,
      width = 720,
      height,
      id,
    } = options;
    assertNotEmpty('the list of reports', reports);
    assertWidths(reports);
    const ascending = [...reports].sort((a, b) => a.width - b.width);
    const named = {
      direct: 'pairs matched to each other',
      indirect: 'pairs matched through the reference',
      joint: 'pairs of networks matched at once',
      barycentre: 'barycentre of all',
      jointBarycentre: 'barycentre of all, matched at once',
      unmatched: 'pairs without permutation',
      ...labels,
    };
    const curves: Curve[] = ['direct', 'indirect', 'joint', 'barycentre', 'jointBarycentre'];
    if (unmatched) curves.push('unmatched');
    const series = curves
      .map((curve) => widthSeries(named[curve], ascending, metric, curve))
      .filter(({ points }) => points.length > 0);
    const widths = ascending.map((each) => each.width);
    const x = logAxis(widths, { label: xLabel, ticks: widths });
    const values = series.flatMap(({ points }) => points.map(([, y]) => y));
    const y = linearAxis(values, { label: yLabel, unit, zero: true });
    const words = description ?? `${y.label} against ${xLabel}. ${series.map(inWords).join(' ')}`;
    return lineChart({ plot: 'widthPlot', title, description: words, width, height, id }, [
      { x, y, series },
    ]);
  });
}

/** A curve over the widths. Reports without a pair of the curve's kind are left out. */
function widthSeries(
  label: string,
  reports: readonly ReportAtWidth[],
  metric: string,
  curve: Curve,
): Series {
  const points = reports.flatMap(({ width, report }): [number, number][] => {
    const what = `the report of width ${width}`;
    if (curve === 'barycentre') {
      const gap = statedNumber(`simplex of ${what}`, report.simplex, metric, curve);
      return [[width, gap]];
    }
    const { joint } = report;
    if (curve === 'jointBarycentre') {
      if (!joint) return [];
      const subject = `joint.simplex of ${what}`;
      return [[width, statedNumber(subject, joint.simplex, metric, 'barycentre')]];
    }
    const barriers = report.pairs.flatMap((pair, i) => {
      const line = lineOf(pair, curve);
      return line ? [barrierMax(`pairs[${i}] of ${what}`, line, metric)] : [];
    });
    if (curve === 'joint' && joint) {
      const each = joint.barriers.map((line, i) =>
        barrierMax(`joint.barriers[${i}] of ${what}`, line, metric),
      );
      barriers.push(...each);
    }
    return barriers.length === 0 ? [] : [[width, Math.max(...barriers)]];
  });
  return { label, points };
}

/** The barrier of a pair that belongs to a curve; null or undefined if there is none. */
function lineOf(
  { kind, matched, own, unmatched }: AlignedPair,
  curve: Exclude<Curve, 'barycentre' | 'jointBarycentre'>,
): MeasuredLine | null | undefined {
  if (curve === 'unmatched') return unmatched;
  return curve === kind ? matched : curve === 'direct' ? own : undefined;
}

function assertWidths(reports: readonly ReportAtWidth[]): void {
  const seen = new Set<number>();
  for (const [i, { width, report }] of reports.entries()) {
    if (!(width > 0 && Number.isFinite(width)) || seen.has(width)) {
      throw invalid(
        `the width of reports[${i}] is ${seen.has(width) ? `${width} again` : width}`,
        'Pass one report for each width; widths are positive numbers',
        { param: 'width', received: width },
      );
    }
    seen.add(width);
    assertReport(`reports[${i}].report`, report);
    assertNotEmpty(`pairs of reports[${i}]`, report.pairs);
  }
}
