import type { Axis } from './axis';
import { type Area, verticalLabel } from './drawAxes';
import { drawCells } from './drawCells';
import { element, round, text } from './element';
import { textWidth } from './textWidth';

const [GAP, BAR] = [22, 16];

/** The width of a colour bar to the right of a plot, in pixels. */
export function colourBarWidth({ ticks, format }: Axis): number {
  return GAP + BAR + 36 + Math.max(...ticks.map((tick) => textWidth(format(tick))));
}

/**
 * Draws the bands of colour from bottom to top, to the right of the plot.
 *
 * @param axis - Its scale maps values onto [0, 1].
 * @param shares - The position of each band in the colour map, from the lowest: [bands].
 */
export function drawColourBar(axis: Axis, area: Area, shares: readonly number[]): string[] {
  const left = area.right + GAP;
  const right = left + BAR;
  const height = area.bottom - area.top;
  const at = (share: number) => area.bottom - share * height;
  const cells = shares.map((share, i) => ({
    left,
    right,
    top: at((i + 1) / shares.length),
    bottom: at(i / shares.length),
    share,
  }));
  const scale = (tick: number) => at(axis.scale(tick));
  const marks = axis.ticks.map((tick) => `M${round(right)} ${round(scale(tick))}h5`).join('');
  const widest = Math.max(...axis.ticks.map((tick) => textWidth(axis.format(tick))));
  return [
    ...drawCells(cells),
    element('path', { d: marks, stroke: 'currentColor' }),
    ...axis.ticks.map((tick) => text(right + 9, scale(tick) + 4.5, 'start', axis.format(tick))),
    verticalLabel(right + widest + 26, area, axis.label),
  ];
}
