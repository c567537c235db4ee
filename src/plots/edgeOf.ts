import type { Area } from './drawAxes';
import { element, round, text } from './element';
import type { Grid, HeatMap } from './heatMap';
import { ON_CELLS } from './style';
import { textWidth } from './textWidth';

type Values = HeatMap['values'];

const [LEGEND, SWATCH] = [26, 36];

/**
 * The edge of the cells with at most `tolerance`: a line between them and their neighbours above it, crosses
 * through cells without a value, and a legend of both.
 *
 * @param values - [rows][columns].
 * @param written - The tolerance with its unit.
 */
export function edgeOf(
  values: Values,
  tolerance: number,
  written: string,
): Required<Pick<HeatMap, 'legend' | 'marks'>> {
  const known = values.flat().filter((value) => value !== null);
  const within = known.filter((value) => value <= tolerance).length;
  const parts = within === known.length ? 'all' : within === 0 ? 'none' : 'edge';
  const label = { all: 'all at most ', none: 'all above ', edge: 'edge at ' }[parts] + written;
  const gaps = known.length < values.flat().length;
  return {
    legend: {
      height: LEGEND,
      draw: (area) => drawLegend(area, label, parts === 'edge', gaps),
    },
    marks: (grid) => [...drawCrosses(values, grid), ...drawEdge(segments(values, tolerance, grid))],
  };
}

function drawLegend({ left, top }: Area, label: string, edge: boolean, gaps: boolean): string[] {
  const y = top + LEGEND / 2;
  const start = left + (edge ? SWATCH + 8 : 0);
  const next = start + textWidth(label) + 26;
  const box = { left: next, right: next + 20, top: y - 8, bottom: y + 8 };
  return [
    ...drawEdge(edge ? [`M${round(left)} ${round(y)}h${SWATCH}`] : []),
    text(start, y + 4.5, 'start', label),
    ...(gaps ? [drawCross([box]), text(next + 28, y + 4.5, 'start', 'not measured')] : []),
  ];
}

function drawCrosses(values: Values, { cell }: Grid): string[] {
  const missing = values.flatMap((row, i) =>
    row.flatMap((value, j) => (value === null ? [cell(i, j)] : [])),
  );
  return missing.length === 0 ? [] : [drawCross(missing)];
}

function drawCross(cells: readonly Area[]): string {
  const d = cells.map(({ left, right, top, bottom }) => {
    const [l, r, t, b] = [left + 1, right - 1, top + 1, bottom - 1].map(round);
    return `M${l} ${t}H${r}V${b}H${l}zM${l} ${b}L${r} ${t}`;
  });
  return element('path', {
    d: d.join(''),
    fill: 'none',
    stroke: 'currentColor',
    'stroke-opacity': '0.45',
  });
}

/** The borders between neighbours on different sides of the tolerance, as parts of a path. */
function segments(values: Values, tolerance: number, { cell }: Grid): string[] {
  const differ = (a: number | null | undefined, b: number | null | undefined) =>
    typeof a === 'number' && typeof b === 'number' && a <= tolerance !== b <= tolerance;
  return values.flatMap((row, i) =>
    row.flatMap((value, j) => {
      const here = cell(i, j);
      const parts: string[] = [];
      if (differ(value, row[j + 1])) {
        const x = round((here.right + cell(i, j + 1).left) / 2);
        parts.push(`M${x} ${round(here.top)}V${round(here.bottom)}`);
      }
      if (differ(value, values[i + 1]?.[j])) {
        const y = round((here.bottom + cell(i + 1, j).top) / 2);
        parts.push(`M${round(here.left)} ${y}H${round(here.right)}`);
      }
      return parts;
    }),
  );
}

/** Draws a line in white with dark rims, visible on every colour of the map. */
function drawEdge(parts: readonly string[]): string[] {
  const d = parts.join('');
  const stroke = (colour: string, width: number) =>
    element('path', { d, stroke: colour, 'stroke-width': width, 'stroke-linecap': 'square' });
  return d === '' ? [] : [stroke(ON_CELLS.dark, 6), stroke(ON_CELLS.light, 3)];
}
