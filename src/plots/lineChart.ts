import { assertNotEmpty } from './assertReport';
import type { Axis } from './axis';
import { type Area, drawX, drawY, leftMargin } from './drawAxes';
import { assertFewSeries, drawSeries } from './drawSeries';
import { type Frame, figure, heading, MARGIN, plotHeight } from './figure';
import { placeLegend } from './placeLegend';
import { textWidth } from './textWidth';

/** A curve, in the units of the axes. */
export interface Series {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A plot with its axes. Panels of one chart are stacked and share the x axis. */
export interface Panel {
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

const [PANEL, LEAST, X_TICKS, X_LABEL, ABOVE, BETWEEN] = [300, 80, 26, 24, 14, 18];

/** Draws curves over a common x axis, in one or more panels. Each curve has its own look. */
export function lineChart(frame: Frame, panels: readonly Panel[]): string {
  assertNotEmpty('the curves', panels[0].series);
  assertFewSeries(panels.flatMap(({ series }) => series).length);
  const left = Math.max(...panels.map(({ y }) => leftMargin(y)));
  const right = frame.width - rightMargin(panels[0].x);
  const firsts = panels.map((_, i) => panels.slice(0, i).flatMap(({ series }) => series).length);
  const legendOf = (i: number, top: number) =>
    placeLegend(
      panels[i].series.map(({ label }) => label),
      firsts[i],
      { left, right, top },
    );
  const { lines, bottom } = heading(frame);
  const legends = panels.reduce((sum, _, i) => sum + legendOf(i, 0).height, 0);
  const others =
    bottom +
    legends +
    panels.length * (ABOVE + X_TICKS) +
    (panels.length - 1) * BETWEEN +
    X_LABEL +
    MARGIN.bottom;
  const wanted = panels.length === 1 ? PANEL : panels.length * 0.72 * PANEL;
  const height = plotHeight(frame, { others, wanted, least: panels.length * LEAST });
  const content = [...lines];
  let top = bottom;
  for (const [i, panel] of panels.entries()) {
    const legend = legendOf(i, top);
    const start = top + legend.height + ABOVE;
    const area = { left, right, top: start, bottom: start + height / panels.length };
    content.push(...legend.entries, ...drawPanel(panel, area, firsts[i], i === panels.length - 1));
    top = area.bottom + X_TICKS + BETWEEN;
  }
  return figure(frame, others + height, content);
}

function drawPanel(panel: Panel, area: Area, first: number, last: boolean): string[] {
  const x = { ...panel.x, scale: panel.x.scale.copy().range([area.left, area.right]) };
  const y = { ...panel.y, scale: panel.y.scale.copy().range([area.bottom, area.top]) };
  return [
    ...drawY(y, area),
    ...drawX(x, area, last),
    ...panel.series.map(({ points }, i) =>
      drawSeries(
        first + i,
        points.map(([at, value]) => [x.scale(at), y.scale(value)] as const),
      ),
    ),
  ];
}

/** The right margin in pixels, with room for half of the last tick's label. */
function rightMargin({ ticks, format }: Axis): number {
  return Math.max(MARGIN.right, 6 + textWidth(format(ticks.at(-1)!)) / 2);
}
