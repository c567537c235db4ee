import { assertChoice, assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertFinite, assertReport, assertSameLength } from './assertReport';
import { stepsAxis } from './axis';
import { bandOf, bandsOf } from './bands';
import { type Area, drawX, drawY, leftMargin } from './drawAxes';
import { drawCells } from './drawCells';
import { colourBarWidth, drawColourBar } from './drawColourBar';
import { element, text } from './element';
import { FIGURE_OPTIONS, type FigureOptions, figure, heading, MARGIN, plotHeight } from './figure';
import { metricOf, unitOf } from './metricOf';
import { ON_CELLS } from './style';
import { short } from './writtenOut';

/** The parts of a `LossPlaneReport` that the plot draws, also parsed from JSON. */
export interface MeasuredPlane {
  /** The distances of the grid along B − A, ascending: [columns]. */
  readonly xs: readonly number[];
  /** The distances of the grid orthogonal to it, towards C, ascending: [rows]. */
  readonly ys: readonly number[];
  /** The coordinates of A, B and C. */
  readonly networks: readonly (readonly [x: number, y: number])[];
}

/** Options of {@link lossPlanePlot}. */
export interface LossPlanePlotOptions extends FigureOptions {
  /** The name of the metric to draw. Default `'loss'`. */
  metric?: string;
  /**
   * The unit of the metric. With `'%'`, values are shares in [0, 1], drawn as percentages. Default `'nats'` for
   * `loss`, `'%'` for `error` and `accuracy`, else none.
   */
  unit?: string;
  /** The scale of the colours: `'linear'`, or `'log'` for a loss that is steep around a flat valley. Default `'linear'`. */
  scale?: 'linear' | 'log';
  /** The names of the networks. Default A, B and C. */
  names?: readonly [string, string, string];
  /** The label of the x axis. Default 'distance along B − A', with the names. */
  xLabel?: string;
  /** The label of the y axis. Default 'distance towards C', with the name. */
  yLabel?: string;
  /** The label of the colours. Default the metric's name. The unit is added. */
  colourLabel?: string;
}

type Triple = readonly (readonly [x: number, y: number])[];

/**
 * Draws a metric on the plane through three networks as one SVG image. Each cell has the colour of the value
 * at its centre, in bands; a colour bar shows their edges. Marks and a triangle show the networks. Both axes have
 * the same scale, so that angles and distances are those of parameter space.
 *
 * @param report - The report of `lossPlane`.
 * @param options - All have defaults.
 * @returns The text of an SVG image.
 * @throws InvalidInputError if the values do not fit the grid, the grid does not ascend, the report lacks the
 * metric (the error lists its metrics), a value is not finite, or not positive on a logarithmic scale, or
 * the figure is too small.
 *
 * @example
 * ```ts
 * import { lossPlanePlot } from 'perm-lmc/plots';
 *
 * const [xs, ys] = [[0, 1, 2], [0, 1]];
 * const svg = lossPlanePlot({
 *   xs,
 *   ys,
 *   networks: [[0, 0], [2, 0], [1, 1]],
 *   loss: { values: [[0.1, 0.4, 0.1], [0.6, 0.1, 0.7]], networks: [0.1, 0.1, 0.1] },
 * });
 * ```
 */
export function lossPlanePlot<Plane extends MeasuredPlane>(
  report: Plane,
  options: LossPlanePlotOptions = {},
): string {
  return named('lossPlanePlot', () => {
    assertOptions(options, {
      ...FIGURE_OPTIONS,
      ...{
        metric: true,
        unit: true,
        scale: true,
        names: true,
        xLabel: true,
        yLabel: true,
        colourLabel: true,
      },
    });
    const {
      metric = 'loss',
      names = ['A', 'B', 'C'],
      title = `The ${metric} on the plane of three networks`,
      description,
      unit = unitOf(metric),
      scale = 'linear',
      xLabel = `distance along ${names[1]} − ${names[0]}`,
      yLabel = `distance towards ${names[2]}`,
      colourLabel = metric,
      width = 720,
      height,
      id,
    } = options;
    assertChoice('scale', scale, ['linear', 'log']);
    const values = planeValues(report, metric, names);
    const { xs, ys, networks } = report;
    const bands = bandsOf(values.flat(), { kind: scale, label: colourLabel, unit });
    const words = description ?? inWordsOf(values, networks, names, bands.axis.label);
    const frame = { plot: 'lossPlanePlot', title, description: words, width, height, id };
    const [xEdges, yEdges] = [edgesOf(xs), edgesOf(ys)];
    const x = distanceAxis(xEdges, xLabel);
    const y = distanceAxis(yEdges, yLabel);
    const { lines, bottom: top } = heading(frame);
    const room = width - leftMargin(y) - colourBarWidth(bands.axis);
    const ratio = spanOf(yEdges) / spanOf(xEdges);
    const others = top + 12 + 50 + MARGIN.bottom;
    const wanted = Math.min(room * ratio, 460);
    const given = plotHeight(frame, { others, wanted, least: 80 });
    const across = Math.min(room, given / ratio);
    if (!(across >= 80 && across * ratio >= 40)) {
      throw invalid(
        `the plane would be drawn ${short(across)} pixels wide and ${short(across * ratio)} high, which is too small`,
        'Pass a greater width or height, or a plane that is less narrow',
        { param: 'width', received: width },
      );
    }
    const left = leftMargin(y) + (room - across) / 2;
    const area = { left, right: left + across, top: top + 12, bottom: top + 12 + across * ratio };
    const xScale = x.scale.copy().range([area.left, area.right]);
    const yScale = y.scale.copy().range([area.bottom, area.top]);
    const cells = ys.flatMap((_, j) =>
      xs.map((_, i) => ({
        left: xScale(xEdges[i]),
        right: xScale(xEdges[i + 1]),
        top: yScale(yEdges[j + 1]),
        bottom: yScale(yEdges[j]),
        share: bandOf(bands, values[j][i]),
      })),
    );
    return figure(frame, others + across * ratio, [
      ...lines,
      ...drawY({ ...y, scale: yScale }, area),
      ...drawCells(cells),
      ...drawX({ ...x, scale: xScale }, area),
      ...drawNetworks(
        networks.map(([u, v]) => [xScale(u), yScale(v)] as const),
        names,
        area,
      ),
      ...drawColourBar(bands.axis, area, bands.shares),
    ]);
  });
}

/** Draws the networks and their triangle in white with dark rims, visible on every colour of the map. */
function drawNetworks(networks: Triple, names: readonly string[], area: Area): string[] {
  const corners = `M${networks.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}z`;
  const { light, dark } = ON_CELLS;
  const centre = [0, 1].map((axis) => networks.reduce((sum, point) => sum + point[axis] / 3, 0));
  return [
    element('path', { d: corners, fill: 'none', stroke: dark, 'stroke-width': 3.5 }),
    element('path', { d: corners, fill: 'none', stroke: light, 'stroke-width': 1.5 }),
    ...networks.map(([cx, cy]) =>
      element('circle', { cx, cy, r: 5.5, fill: light, stroke: dark, 'stroke-width': 2 }),
    ),
    ...networks.map(([x, y], i) => {
      const below = y > centre[1];
      const inside = below ? Math.min(y + 23, area.bottom - 6) : Math.max(y - 13, area.top + 15);
      return text(x, inside, 'middle', names[i], {
        'font-size': 15,
        'font-weight': 700,
        fill: light,
        stroke: dark,
        'stroke-width': 3.5,
        'stroke-linejoin': 'round',
        'paint-order': 'stroke',
      });
    }),
  ];
}

function distanceAxis(edges: readonly number[], label: string) {
  return stepsAxis('distances', edges, { label, kind: 'linear' });
}

/** The edges of cells around ascending points [n]: halfway between them, and as far beyond the outermost. [n + 1] */
function edgesOf(points: readonly number[]): number[] {
  const [first, second] = points;
  const inner = points.slice(1).map((point, i) => (points[i] + point) / 2);
  const [last, before] = [points.at(-1)!, points.at(-2)!];
  return [first - (second - first) / 2, ...inner, last + (last - before) / 2];
}

function spanOf(edges: readonly number[]): number {
  return edges.at(-1)! - edges[0];
}

function planeValues(
  report: MeasuredPlane,
  metric: string,
  names: readonly string[],
): readonly (readonly number[])[] {
  assertReport('the report', report);
  const { xs, ys, networks } = report;
  for (const [what, points] of Object.entries({ xs, ys })) {
    assertFinite(what, points);
    if (points.length < 2 || points.some((point, i) => i > 0 && point <= points[i - 1])) {
      throw invalid(
        `${what} must be two or more, ascending, received [${points}]`,
        'Pass the grid of lossPlane',
        { param: what, received: points },
      );
    }
  }
  assertSameLength(['networks', networks], ['A, B and C', [0, 1, 2]]);
  assertSameLength(['names', names], ['A, B and C', [0, 1, 2]]);
  for (const [i, place] of networks.entries()) assertFinite(`networks[${i}]`, place);
  const isSurface = (entry: unknown) =>
    Array.isArray((entry as { values?: unknown } | null)?.values);
  const { values } = metricOf<{ values: number[][] }>('the report', report, metric, isSurface);
  assertSameLength([`${metric}.values`, values], ['ys', ys]);
  for (const [j, row] of values.entries()) {
    assertSameLength([`${metric}.values[${j}]`, row], ['xs', xs]);
    assertFinite(`${metric}.values[${j}]`, row);
  }
  return values;
}

function inWordsOf(
  values: readonly (readonly number[])[],
  networks: Triple,
  names: readonly string[],
  label: string,
): string {
  const all = values.flat();
  const places = networks.map((place, i) => `${names[i]} at (${place.map(short).join(', ')})`);
  return `${label} on the plane through ${places.join(', ')}: from ${short(Math.min(...all))} to ${short(Math.max(...all))}.`;
}
