import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import {
  assertFinite,
  assertNotEmpty,
  assertNumber,
  assertReport,
  assertSameLength,
} from './assertReport';
import { type Axis, linearAxis } from './axis';
import { type Area, drawX } from './drawAxes';
import { drawSeries, type Point } from './drawSeries';
import { element, round, text } from './element';
import {
  FIGURE_OPTIONS,
  type FigureOptions,
  type Frame,
  figure,
  heading,
  MARGIN,
  plotHeight,
} from './figure';
import { unitOf } from './metricOf';
import { placeLegend } from './placeLegend';
import { fitText, textWidth } from './textWidth';
import { short } from './writtenOut';

/** Barriers of networks with layers of two times, by layer. At least one list of barriers. */
export interface HybridBarriers {
  /** The names of the layers, from the input: [layers]. */
  readonly layers: readonly string[];
  /** The barrier if the layers 0 … i are taken from the other time: [layers]. */
  readonly bottomUp?: readonly number[];
  /** The barrier if the layers i … last are taken from the other time: [layers]. */
  readonly topDown?: readonly number[];
  /** The barrier if all layers but i are taken from the other time: [layers]. */
  readonly leftOut?: readonly number[];
  /** The barrier if layer i alone is taken from the other time: [layers]. */
  readonly putIn?: readonly number[];
  /** The barriers if no layer and if all layers are taken from the other time. Default not drawn. */
  readonly ends?: HybridEnds;
}

/** The barriers of the networks as they are at the two times. */
export interface HybridEnds {
  /** The barrier if no layer is taken from the other time. */
  readonly none: number;
  /** The barrier if all layers are. */
  readonly all: number;
}

/** The labels of the curves in a figure. */
export interface HybridLabels {
  /** The label of `bottomUp`. Default 'up to this layer'. */
  bottomUp?: string;
  /** The label of `topDown`. Default 'from this layer on'. */
  topDown?: string;
  /** The label of `leftOut`. Default 'all but this layer'. */
  leftOut?: string;
  /** The label of `putIn`. Default 'this layer alone'. */
  putIn?: string;
  /** The label of the first end. Default 'no layer'. */
  none?: string;
  /** The label of the second end. Default 'all layers'. */
  all?: string;
}

/** Options of {@link hybridPlot}. */
export interface HybridPlotOptions extends FigureOptions {
  /** The name of the metric, for the labels. Default `'loss'`. */
  metric?: string;
  /**
   * The unit of the metric. With `'%'`, values are shares in [0, 1], drawn as percentages. Default `'nats'` for
   * `loss`, `'%'` for `error` and `accuracy`, else none.
   */
  unit?: string;
  /** The labels of the curves. */
  labels?: HybridLabels;
  /** The label of the x axis. Default the metric's name and 'barrier'. The unit is added. */
  xLabel?: string;
}

/** A curve: the value of each layer, or one value for all layers. */
interface Curve {
  readonly label: string;
  readonly values: readonly number[];
  readonly constant: boolean;
}

const [ROW, LEAST_ROW] = [24, 16];

/**
 * Draws the barriers of hybrids as one SVG image, a row for each layer, the input at the bottom: with the layers
 * up to it, from it on, all but it, or it alone taken from another time. Vertical lines are the barriers with no
 * layer and with all layers from the other time.
 *
 * @param hybrids - The layers, and the barriers of one kind of hybrid or more.
 * @param options - All have defaults.
 * @returns The text of an SVG image.
 * @throws InvalidInputError if there is no list of barriers, one does not have a value for each layer, a value
 * is not finite, or the figure is too small.
 *
 * @example
 * ```ts
 * import { hybridPlot } from 'perm-lmc/plots';
 *
 * const svg = hybridPlot({
 *   layers: ['conv1', 'conv2', 'fc'],
 *   bottomUp: [0.6, 0.3, 0.1],
 *   topDown: [0.1, 0.5, 0.7],
 *   ends: { none: 0.8, all: 0.1 },
 * });
 * ```
 */
export function hybridPlot(hybrids: HybridBarriers, options: HybridPlotOptions = {}): string {
  return named('hybridPlot', () => {
    assertOptions(options, {
      ...FIGURE_OPTIONS,
      ...{ metric: true, unit: true, labels: true, xLabel: true },
    });
    const {
      metric = 'loss',
      title = `Barrier of the ${metric} with layers from another time`,
      description,
      unit = unitOf(metric),
      labels = {},
      xLabel = `${metric} barrier`,
      width = 720,
      height,
      id,
    } = options;
    const curves = curvesOf(hybrids, labels);
    const { layers } = hybrids;
    const values = curves.flatMap((curve) => curve.values);
    const axis = linearAxis(values, { label: xLabel, unit, zero: true });
    const words = description ?? inWordsOf(layers, curves, axis.label);
    const frame = { plot: 'hybridPlot', title, description: words, width, height, id };
    return drawHybrids(frame, layers, curves, axis);
  });
}

function drawHybrids(
  frame: Frame,
  layers: readonly string[],
  curves: readonly Curve[],
  axis: Axis,
): string {
  const { lines, bottom } = heading(frame);
  const left = Math.min(0.4 * frame.width, 34 + Math.max(...layers.map((name) => textWidth(name))));
  const right = frame.width - MARGIN.right;
  const names = curves.map(({ label }) => label);
  const legend = placeLegend(names, 0, { left: MARGIN.left, right, top: bottom });
  const top = bottom + legend.height + 10;
  const others = top + 50 + MARGIN.bottom;
  const wanted = ROW * layers.length;
  const inner = plotHeight(frame, { others, wanted, least: LEAST_ROW * layers.length });
  const area = { left, right, top, bottom: top + inner };
  const x = { ...axis, scale: axis.scale.copy().range([left, right]) };
  const y = (i: number) => area.bottom - ((i + 0.5) * inner) / layers.length;
  return figure(frame, others + inner, [
    ...lines,
    ...legend.entries,
    drawGrid(
      x,
      layers.map((_, i) => y(i)),
      area,
    ),
    ...drawX(x, area),
    ...layers.map((name, i) => text(left - 10, y(i) + 4.5, 'end', fitText(name, left - 30))),
    ...curves.map(({ values, constant }, k) => {
      const points = constant
        ? [area.bottom, area.top].map((end): Point => [x.scale(values[0]), end])
        : values.map((value, i): Point => [x.scale(value), y(i)]);
      return drawSeries(k, points);
    }),
  ]);
}

function drawGrid({ scale, ticks }: Axis, ys: readonly number[], area: Area): string {
  const { left, right, top, bottom } = area;
  const vertical = ticks.map((tick) => `M${round(scale(tick))} ${round(top)}V${round(bottom)}`);
  const horizontal = ys.map((y) => `M${round(left)} ${round(y)}H${round(right)}`);
  return element('path', {
    d: [...vertical, ...horizontal].join(''),
    stroke: 'currentColor',
    'stroke-opacity': '0.22',
  });
}

function curvesOf(hybrids: HybridBarriers, labels: HybridLabels): Curve[] {
  assertReport('the hybrids', hybrids);
  const { layers, ends } = hybrids;
  assertNotEmpty('layers', layers);
  const named = {
    ...{ bottomUp: 'up to this layer', topDown: 'from this layer on' },
    ...{ leftOut: 'all but this layer', putIn: 'this layer alone' },
    ...{ none: 'no layer', all: 'all layers' },
    ...labels,
  };
  const curves = (['bottomUp', 'topDown', 'leftOut', 'putIn'] as const).flatMap((kind) => {
    const values = hybrids[kind];
    if (values === undefined) return [];
    assertSameLength([kind, values], ['layers', layers]);
    assertFinite(kind, values);
    return [{ label: named[kind], values, constant: false }];
  });
  if (curves.length === 0) {
    throw invalid(
      'the hybrids have none of bottomUp, topDown, leftOut and putIn',
      'Pass at least one of these lists',
      { param: 'hybrids' },
    );
  }
  if (!ends) return curves;
  const lines = (['none', 'all'] as const).map((end) => {
    assertNumber(`ends.${end}`, ends[end]);
    return { label: named[end], values: [ends[end]], constant: true };
  });
  return [...curves, ...lines];
}

function inWordsOf(layers: readonly string[], curves: readonly Curve[], shown: string): string {
  const each = curves.map(({ label, values, constant }) => {
    if (constant) return `${label}: ${short(values[0])}.`;
    const most = values.indexOf(Math.max(...values));
    const least = values.indexOf(Math.min(...values));
    const at = (i: number) => `${short(values[i])} at ${layers[i]}`;
    return `${label}: least ${at(least)}, greatest ${at(most)}.`;
  });
  return `${shown} by layer. ${each.join(' ')}`;
}
