import { assertChoice, assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertAscending } from './assertAscending';
import { assertNotEmpty, assertNumber, assertReport, assertSameLength } from './assertReport';
import { linearAxis, symlogAxis } from './axis';
import { edgeOf } from './edgeOf';
import { FIGURE_OPTIONS, type FigureOptions } from './figure';
import { heatMap } from './heatMap';
import { unitOf } from './metricOf';
import { short, writtenOut } from './writtenOut';

/** Barriers over the widths and depths of a family of networks. */
export interface ConnectivityMap {
  /** The widths, ascending: [widths]. */
  readonly widths: readonly number[];
  /** The depths, ascending: [depths]. */
  readonly depths: readonly number[];
  /** The barrier after matching, null where it was not measured: `[depth][width]`. */
  readonly barriers: readonly (readonly (number | null)[])[];
  /** The greatest barrier at which networks count as connected, in the unit of the barriers. */
  readonly tolerance: number;
}

/** Options of {@link connectivityMapPlot}. */
export interface ConnectivityMapPlotOptions extends FigureOptions {
  /** The name of the metric, for the labels. Default `'loss'`. */
  metric?: string;
  /**
   * The unit of the metric. With `'%'`, values are shares in [0, 1], drawn as percentages. Default `'nats'` for
   * `loss`, `'%'` for `error` and `accuracy`, else none.
   */
  unit?: string;
  /** The scale of the colours. `'symlog'` is logarithmic above the tolerance and linear below. Default `'linear'`. */
  scale?: 'linear' | 'symlog';
  /** The label of the x axis. Default 'width'. */
  xLabel?: string;
  /** The label of the y axis. Default 'depth (layers)'. */
  yLabel?: string;
  /** The label of the colours. Default the metric's name and 'barrier'. The unit is added. */
  colourLabel?: string;
}

/**
 * Draws barriers over width and depth as a heat map, one SVG image. Deeper networks are higher up. A line
 * separates the networks that are connected within the tolerance from their neighbours that are not. Cells
 * without a value are crossed out.
 *
 * @param map - Widths, depths, barriers and the tolerance.
 * @param options - All have defaults.
 * @returns The text of an SVG image.
 * @throws InvalidInputError if the barriers are not [depths][widths], widths or depths do not ascend, no barrier
 * is known, a value is not finite, the scale cannot show one, or the figure is too small.
 *
 * @example
 * ```ts
 * import { connectivityMapPlot } from 'perm-lmc/plots';
 *
 * const svg = connectivityMapPlot({
 *   widths: [16, 64, 256],
 *   depths: [2, 4],
 *   barriers: [[0.2, 0.04, 0.01], [0.9, 0.3, null]],
 *   tolerance: 0.05,
 * });
 * ```
 */
export function connectivityMapPlot(
  map: ConnectivityMap,
  options: ConnectivityMapPlotOptions = {},
): string {
  return named('connectivityMapPlot', () => {
    assertOptions(options, {
      ...FIGURE_OPTIONS,
      ...{ metric: true, unit: true, scale: true, xLabel: true, yLabel: true, colourLabel: true },
    });
    const {
      metric = 'loss',
      title = `Barrier of the ${metric} by width and depth`,
      description,
      unit = unitOf(metric),
      scale = 'linear',
      xLabel = 'width',
      yLabel = 'depth (layers)',
      colourLabel = `${metric} barrier`,
      width = 720,
      height,
      id,
    } = options;
    assertChoice('scale', scale, ['linear', 'symlog']);
    assertMap(map, scale);
    const { widths, depths, barriers, tolerance } = map;
    const known = knownOf(map);
    const axis =
      scale === 'linear'
        ? linearAxis(known, { label: colourLabel, unit, zero: true })
        : symlogAxis(known, { label: colourLabel, unit, constant: tolerance });
    const edge = withUnitOf(tolerance, unit);
    const words = description ?? inWordsOf(map, `${axis.label} by ${xLabel} and ${yLabel}`, edge);
    const values = [...barriers].reverse();
    return heatMap(
      { plot: 'connectivityMapPlot', title, description: words, width, height, id },
      {
        ...{ values, axis, unit, xLabel, yLabel },
        rows: [...depths].reverse().map(writtenOut),
        columns: widths.map(writtenOut),
        wanted: (across) => Math.min(across * 0.75, Math.max(140, 46 * depths.length)),
        ...edgeOf(values, tolerance, edge),
      },
    );
  });
}

/** A value with its unit, '0.05 nats'. */
function withUnitOf(value: number, unit: string): string {
  const number = writtenOut(unit === '%' ? 100 * value : value);
  return unit === '' ? number : `${number} ${unit}`;
}

function knownOf({ barriers }: ConnectivityMap): number[] {
  return barriers.flat().filter((value) => value !== null);
}

function assertMap(map: ConnectivityMap, scale: 'linear' | 'symlog'): void {
  assertReport('the map', map);
  const { widths, depths, barriers, tolerance } = map;
  assertAscending('widths', widths);
  assertAscending('depths', depths);
  assertNumber('tolerance', tolerance);
  assertSameLength(['barriers', barriers], ['depths', depths]);
  for (const [i, row] of barriers.entries()) {
    assertSameLength([`barriers[${i}]`, row], ['widths', widths]);
    for (const [j, value] of row.entries()) {
      if (value !== null) assertNumber(`barriers[${i}][${j}]`, value);
    }
  }
  assertNotEmpty('the known barriers', knownOf(map));
  if (scale === 'symlog' && tolerance <= 0) {
    throw invalid(
      `a tolerance of ${tolerance} has no scale 'symlog'`,
      "Pass { scale: 'linear' }, or a tolerance above 0",
      { param: 'scale', received: scale },
    );
  }
}

function inWordsOf(map: ConnectivityMap, shown: string, edge: string): string {
  const { widths, depths, barriers, tolerance } = map;
  const known = knownOf(map);
  const within = known.filter((value) => value <= tolerance).length;
  const each = depths.map((depth, i) => {
    const row = widths.flatMap((width, j) => {
      const value = barriers[i][j];
      return value === null ? [] : [`${short(value)} at ${writtenOut(width)}`];
    });
    return row.length === 0 ? [] : [`Depth ${writtenOut(depth)}: ${row.join(', ')}.`];
  });
  return `${shown}. ${within} of ${known.length} are at most ${edge}. ${each.flat().join(' ')}`;
}
