import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertFinite, assertReport, assertSameLength } from './assertReport';
import { linearAxis } from './axis';
import { FIGURE_OPTIONS, type FigureOptions } from './figure';
import { heatMap } from './heatMap';
import { metricOf, unitOf } from './metricOf';
import { short, writtenOut } from './writtenOut';

/** The parts of a `SimultaneousConnectivityReport` that the plot draws, also parsed from JSON. */
export interface ConnectivityMatrix {
  /** The training steps or pruning levels: [steps]. */
  readonly steps: readonly number[];
  /** For each metric the barrier of the permutation found at step s and used at step t: `[s][t]`. */
  readonly matrix: Readonly<Record<string, readonly (readonly number[])[]>> | null;
}

/** Options of {@link matrixPlot}. */
export interface MatrixPlotOptions extends FigureOptions {
  /** The name of the metric to draw. Default `'loss'`. */
  metric?: string;
  /**
   * The unit of the metric. With `'%'`, values are shares in [0, 1], drawn as percentages. Default `'nats'` for
   * `loss`, `'%'` for `error` and `accuracy`, else none.
   */
  unit?: string;
  /** The label of the x axis. Default 'used at step'. */
  xLabel?: string;
  /** The label of the y axis. Default 'permutation found at step'. */
  yLabel?: string;
  /** The label of the colours. Default the metric's name and 'barrier'. The unit is added. */
  colourLabel?: string;
}

/**
 * Draws the s × t matrix of a `simultaneousConnectivity` report as a heat map, one SVG image. Rows, from the
 * top, are the steps at which permutations were found; columns are the steps at which they were used.
 * Barriers are written in the cells if they fit. A colour bar shows the scale.
 *
 * @param report - The report, made with `matrix: true`.
 * @param options - All have defaults.
 * @returns The text of an SVG image.
 * @throws InvalidInputError if the matrix is null, is not [steps][steps], lacks the metric (the error lists its
 * metrics) or has a value that is not finite, or the figure is too small.
 *
 * @example
 * ```ts
 * import { matrixPlot } from 'perm-lmc/plots';
 *
 * const svg = matrixPlot({ steps: [0, 100], matrix: { loss: [[0.9, 0.4], [0.1, 0.02]] } });
 * ```
 */
export function matrixPlot(report: ConnectivityMatrix, options: MatrixPlotOptions = {}): string {
  return named('matrixPlot', () => {
    assertOptions(options, {
      ...FIGURE_OPTIONS,
      ...{ metric: true, unit: true, xLabel: true, yLabel: true, colourLabel: true },
    });
    const {
      metric = 'loss',
      title = `Barrier of the ${metric} with permutations of other steps`,
      description,
      unit = unitOf(metric),
      xLabel = 'used at step',
      yLabel = 'permutation found at step',
      colourLabel = `${metric} barrier`,
      width = 720,
      height,
      id,
    } = options;
    const { steps, values } = matrixOf(report, metric);
    const axis = linearAxis(values.flat(), { label: colourLabel, unit, zero: true });
    const words =
      description ?? inWordsOf(steps, values, `${axis.label}, by ${yLabel} and ${xLabel}`);
    const names = steps.map(writtenOut);
    return heatMap(
      { plot: 'matrixPlot', title, description: words, width, height, id },
      {
        ...{ rows: names, columns: names, values, axis, unit, xLabel, yLabel },
        wanted: (across) => Math.min(across * 0.75, Math.max(180, 46 * steps.length)),
      },
    );
  });
}

function matrixOf(
  report: ConnectivityMatrix,
  metric: string,
): { steps: readonly number[]; values: number[][] } {
  assertReport('the report', report);
  const { steps, matrix } = report;
  assertFinite('steps', steps);
  if (matrix === null || matrix === undefined) {
    throw invalid(
      `the matrix of the report is ${String(matrix)}`,
      'Call simultaneousConnectivity with { matrix: true }',
      { param: 'matrix', received: matrix },
    );
  }
  const values = metricOf<number[][]>('the matrix', matrix, metric, Array.isArray);
  assertSameLength([`matrix.${metric}`, values], ['steps', steps]);
  for (const [s, row] of values.entries()) {
    assertSameLength([`matrix.${metric}[${s}]`, row], ['steps', steps]);
    assertFinite(`matrix.${metric}[${s}]`, row);
  }
  return { steps, values };
}

function inWordsOf(steps: readonly number[], values: number[][], shown: string): string {
  const cells = values.flatMap((row, s) => row.map((value, t) => ({ value, s, t })));
  const least = cells.reduce((best, cell) => (cell.value < best.value ? cell : best));
  const most = cells.reduce((best, cell) => (cell.value > best.value ? cell : best));
  const where = ({ value, s, t }: typeof most) =>
    `${short(value)}, found at ${writtenOut(steps[s])} and used at ${writtenOut(steps[t])}`;
  return `${shown}. Least: ${where(least)}. Greatest: ${where(most)}.`;
}
