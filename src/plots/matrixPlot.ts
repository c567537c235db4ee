import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertFinite, assertReport, assertSameLength } from './assertReport';
import { type Axis, linearAxis } from './axis';
import { inkOn } from './colourOf';
import { scaleBand } from './d3';
import { type Area, apart, horizontalLabel, verticalLabel } from './drawAxes';
import { type Cell, drawCells } from './drawCells';
import { colourBarWidth, drawColourBar } from './drawColourBar';
import { text } from './element';
import {
  FIGURE_OPTIONS,
  type FigureOptions,
  type Frame,
  figure,
  heading,
  MARGIN,
  plotHeight,
} from './figure';
import { metricOf, unitOf } from './metricOf';
import { textWidth } from './textWidth';
import { inTwoDigits, short, writtenOut } from './writtenOut';

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

const [BANDS, COLOURS, CELL_TEXT, CELL_GAP] = [48, 128, 11, 1.5];

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
    const frame = { plot: 'matrixPlot', title, description: words, width, height, id };
    const names = steps.map(writtenOut);
    const { lines, bottom: top } = heading(frame);
    const left = 48 + Math.max(...names.map((name) => textWidth(name)));
    const right = width - colourBarWidth(axis);
    const others = top + 12 + 56 + MARGIN.bottom;
    const wanted = Math.min((right - left) * 0.75, Math.max(180, 46 * steps.length));
    const inner = plotHeight(frame, { others, wanted, least: 80 });
    assertRoom(frame, right - left);
    const area = { left, right, top: top + 12, bottom: top + 12 + inner };
    const bands = Array.from({ length: BANDS }, (_, i) => (i + 0.5) / BANDS);
    return figure(frame, others + inner, [
      ...lines,
      ...drawMatrix(values, axis, area, unit),
      ...stepNames(names, area),
      horizontalLabel(area.bottom + 44, area, xLabel),
      verticalLabel(24, area, yLabel),
      ...drawColourBar(axis, area, bands),
    ]);
  });
}

function drawMatrix(values: number[][], axis: Axis, area: Area, unit: string): string[] {
  const { x, y } = bandsOf(values.length, area);
  const cells = values.flatMap((row, s) =>
    row.map((value, t): Cell & { value: number } => ({
      left: x(t)!,
      right: x(t)! + x.bandwidth(),
      top: y(s)!,
      bottom: y(s)! + y.bandwidth(),
      share: Math.round(axis.scale(value) * COLOURS) / COLOURS,
      value,
    })),
  );
  const written = (value: number) => inTwoDigits(value * (unit === '%' ? 100 : 1));
  const widest = Math.max(...cells.map(({ value }) => textWidth(written(value), CELL_TEXT)));
  const fits = widest + 6 <= x.bandwidth() && y.bandwidth() >= CELL_TEXT + 5;
  const labels = cells.map(({ left, right, top, bottom, share, value }) =>
    text((left + right) / 2, (top + bottom) / 2 + 4, 'middle', written(value), {
      'font-size': CELL_TEXT,
      fill: inkOn(share),
    }),
  );
  return [...drawCells(cells), ...(fits ? labels : [])];
}

function stepNames(names: readonly string[], area: Area): string[] {
  const { x, y } = bandsOf(names.length, area);
  const middle = (band: typeof x, i: number) => band(i)! + band.bandwidth() / 2;
  const all = names.map((_, i) => i);
  return [
    ...apart(all, (i) => [middle(x, i), textWidth(names[i])]).map((i) =>
      text(middle(x, i), area.bottom + 20, 'middle', names[i]),
    ),
    ...apart(all, (i) => [middle(y, i), 8]).map((i) =>
      text(area.left - 8, middle(y, i) + 4.5, 'end', names[i]),
    ),
  ];
}

function bandsOf(count: number, { left, right, top, bottom }: Area) {
  const indices = Array.from({ length: count }, (_, i) => i);
  const band = ([start, end]: [number, number]) =>
    scaleBand(indices, [start, end]).paddingInner(
      count > 20 ? 0 : (CELL_GAP * count) / (end - start),
    );
  return { x: band([left, right]), y: band([top, bottom]) };
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

function assertRoom({ width }: Frame, inner: number): void {
  if (inner < 80) {
    throw invalid(
      `width ${width} leaves no room for the cells`,
      `Pass at least ${Math.ceil(width + 80 - inner)}, or leave it out`,
      { param: 'width', received: width },
    );
  }
}

function inWordsOf(steps: readonly number[], values: number[][], shown: string): string {
  const cells = values.flatMap((row, s) => row.map((value, t) => ({ value, s, t })));
  const least = cells.reduce((best, cell) => (cell.value < best.value ? cell : best));
  const most = cells.reduce((best, cell) => (cell.value > best.value ? cell : best));
  const where = ({ value, s, t }: typeof most) =>
    `${short(value)}, found at ${writtenOut(steps[s])} and used at ${writtenOut(steps[t])}`;
  return `${shown}. Least: ${where(least)}. Greatest: ${where(most)}.`;
}
