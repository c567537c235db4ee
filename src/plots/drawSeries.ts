import { invalid } from '../errors';
import {
  line,
  type SymbolType,
  symbol,
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolTriangle,
} from './d3';
import { element } from './element';
import { SERIES_COLOURS } from './style';

/** A point in pixels. */
export type Point = readonly [x: number, y: number];

const DASHES = [undefined, '9 5', '1 6', '12 5 1 5'];
const MARKERS = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond].map(outline);
/** The most markers on a line; more would hide it. */
const MOST_MARKERS = 16;

/** The most series with different looks in a figure. */
const MOST_SERIES = SERIES_COLOURS.length * DASHES.length;

/** The look of the i-th series: a colour, and a variant of dash and marker. No two of 16 series share both. */
function lookOf(index: number): { colour: number; variant: number } {
  const colour = index % SERIES_COLOURS.length;
  const round = Math.floor(index / SERIES_COLOURS.length);
  return { colour, variant: (index + round) % DASHES.length };
}

/** Draws the line of the i-th series through points in pixels, with its colour, dash and markers. */
export function drawSeries(
  index: number,
  points: readonly Point[],
  marked: readonly Point[] = thinned(points),
): string {
  const { variant } = lookOf(index);
  const path = line<Point>().digits(1)([...points])!;
  return inColour(
    index,
    element('path', {
      d: path,
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': 2.25,
      'stroke-linejoin': 'round',
      'stroke-linecap': 'round',
      'stroke-dasharray': DASHES[variant],
    }),
    ...marked.map(([x, y]) =>
      element('path', {
        transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
        d: MARKERS[variant],
      }),
    ),
  );
}

/** A group of elements in the colour of the i-th series. */
export function inColour(index: number, ...children: string[]): string {
  const { colour } = lookOf(index);
  const attributes = { class: `series${colour}`, color: SERIES_COLOURS[colour].anywhere };
  return element('g', attributes, ...children);
}

/** Throws if there are more series than looks. */
export function assertFewSeries(count: number): void {
  if (count > MOST_SERIES) {
    throw invalid(
      `${count} curves cannot be told apart`,
      `Draw at most ${MOST_SERIES} in one figure`,
      { received: count },
    );
  }
}

/** The points that have markers: all of a short line, every k-th of a long one. */
function thinned(points: readonly Point[]): Point[] {
  const every = Math.ceil(points.length / MOST_MARKERS);
  return points.filter((_, i) => i % every === 0);
}

function outline(type: SymbolType): string {
  return symbol(type, 56).digits(2)()!;
}
