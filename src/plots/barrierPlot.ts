import { assertChoice, assertOptions } from '../checks';
import { named } from '../errors';
import { assertFinite, assertNotEmpty, assertSameLength } from './assertReport';
import { linearAxis, stepsAxis } from './axis';
import { FIGURE_OPTIONS, type FigureOptions } from './figure';
import { inWords } from './inWords';
import { lineChart, type Series } from './lineChart';
import { metricOf, unitOf } from './metricOf';

/** A `BarrierReport` of any metrics, also one parsed from JSON. */
export interface MeasuredLine {
  /** The values of alpha from 0, the first network, to 1, the second: [points]. */
  readonly alphas: readonly number[];
}

/** A barrier report and its label in the figure. */
export interface LabelledLine<Line extends MeasuredLine = MeasuredLine> {
  /** The label of the curve, such as 'weight matching'. */
  readonly label: string;
  /** The report of `barrier`. */
  readonly report: Line;
}

/** Options of {@link barrierPlot}. */
export interface BarrierPlotOptions extends FigureOptions {
  /** The name of the metric to draw. Default `'loss'`. */
  metric?: string;
  /** The curve to draw: the metric itself (`'values'`), or its excess over the baseline (`'barrier'`). Default `'values'`. */
  curve?: 'values' | 'barrier';
  /**
   * The unit of the metric. With `'%'`, values are shares in [0, 1], drawn as percentages. Default `'nats'` for
   * `loss`, `'%'` for `error` and `accuracy`, else none.
   */
  unit?: string;
  /** The label of the x axis. Default 'α, from the first network (0) to the second (1)'. */
  xLabel?: string;
  /** The label of the y axis. Default the metric's name. The unit is added. */
  yLabel?: string;
}

/**
 * Draws a metric along the straight line between two networks, θ(α) = (1 − α)·A + α·B, as one SVG image
 * with one curve for each report. The y axis includes zero.
 *
 * @param lines - A report of `barrier`, or up to 16 reports with labels.
 * @param options - All have defaults.
 * @returns The text of an SVG image, for a file or a page.
 * @throws InvalidInputError if there is no report, a report lacks the metric (the error lists its metrics), a
 * value is not finite, or the figure is too small for its content.
 *
 * @example
 * ```ts given=networks
 * import { barrier, permute, weightMatch } from 'perm-lmc';
 * import { barrierPlot } from 'perm-lmc/plots';
 *
 * const { permutations } = await weightMatch(spec, a, b);
 * const before = await barrier(a, b, evaluate, { points: 5 });
 * const after = await barrier(a, permute(spec, b, permutations), evaluate, { points: 5 });
 * const svg = barrierPlot([
 *   { label: 'B as trained', report: before },
 *   { label: 'B aligned to A', report: after },
 * ]);
 * ```
 */
export function barrierPlot<Line extends MeasuredLine>(
  lines: Line | readonly LabelledLine<Line>[],
  options: BarrierPlotOptions = {},
): string {
  return named('barrierPlot', () => {
    assertOptions(options, {
      ...FIGURE_OPTIONS,
      ...{ metric: true, curve: true, unit: true, xLabel: true, yLabel: true },
    });
    const {
      metric = 'loss',
      curve = 'values',
      title = `${capital(metric)} on the line between two networks`,
      description,
      unit = unitOf(metric),
      xLabel = 'α, from the first network (0) to the second (1)',
      yLabel = curve === 'values' ? metric : `${metric} above the baseline`,
      width = 720,
      height,
      id,
    } = options;
    assertChoice('curve', curve, ['values', 'barrier']);
    const labelled = isList(lines) ? lines : [{ label: '', report: lines }];
    assertNotEmpty('the list of reports', labelled);
    const series = labelled.map(({ label, report }) => lineSeries(label, report, metric, curve));
    const x = stepsAxis('alphas', allOf(series, 0), { label: xLabel, kind: 'linear' });
    const y = linearAxis(allOf(series, 1), { label: yLabel, unit, zero: true });
    const words = description ?? `${y.label} against ${xLabel}. ${series.map(inWords).join(' ')}`;
    return lineChart({ plot: 'barrierPlot', title, description: words, width, height, id }, [
      { x, y, series },
    ]);
  });
}

function lineSeries(
  label: string,
  report: MeasuredLine,
  metric: string,
  curve: 'values' | 'barrier',
): Series {
  const what = label === '' ? 'the report' : `the report '${label}'`;
  const values = metricOf<Record<string, readonly number[]>>(what, report, metric, isCurve)[curve];
  assertSameLength([`alphas of ${what}`, report.alphas], [`${metric}.${curve}`, values]);
  assertFinite(`alphas of ${what}`, report.alphas);
  assertFinite(`${metric}.${curve} of ${what}`, values);
  return { label, points: report.alphas.map((alpha, i) => [alpha, values[i]]) };

  function isCurve(entry: unknown): boolean {
    return Array.isArray((entry as Record<string, unknown> | null)?.[curve]);
  }
}

function isList<Line extends MeasuredLine>(
  lines: Line | readonly LabelledLine<Line>[],
): lines is readonly LabelledLine<Line>[] {
  return Array.isArray(lines);
}

function allOf(series: readonly Series[], coordinate: 0 | 1): number[] {
  return series.flatMap(({ points }) => points.map((point) => point[coordinate]));
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
