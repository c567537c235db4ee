import { invalid } from '../errors';
import type { Axis } from './axis';
import { inkOn } from './colourOf';
import { scaleBand } from './d3';
import { type Area, apart, horizontalLabel, verticalLabel } from './drawAxes';
import { type Cell, drawCells } from './drawCells';
import { colourBarWidth, drawColourBar } from './drawColourBar';
import { text } from './element';
import { type Frame, figure, heading, MARGIN, plotHeight } from './figure';
import { fitText, textWidth } from './textWidth';
import { inTwoDigits } from './writtenOut';

/** A table of values to be drawn in colours. */
export interface HeatMap {
  /** The names of the rows, from the top. */
  readonly rows: readonly string[];
  /** The names of the columns. */
  readonly columns: readonly string[];
  /** The values, null where there is none: [rows][columns]. */
  readonly values: readonly (readonly (number | null)[])[];
  /** The axis of the colours. Its scale maps values onto [0, 1]. */
  readonly axis: Axis;
  /** The unit of the values. With '%', numbers in the cells are percentages. */
  readonly unit: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** The height in pixels that suits cells of this total width. */
  readonly wanted: (width: number) => number;
  /** A legend above the cells. Default none. */
  readonly legend?: { readonly height: number; readonly draw: (area: Area) => string[] };
  /** Marks that are drawn over the cells. Default none. */
  readonly marks?: (grid: Grid) => string[];
}

/** The places of cells in pixels. */
export interface Grid {
  /** The rectangle of a cell. */
  readonly cell: (row: number, column: number) => Area;
}

const [BANDS, COLOURS, CELL_TEXT, CELL_GAP] = [48, 128, 11, 1.5];
const LEAST = 80;

/** Draws a table as cells in the colours of their values, with the values where they fit and a colour bar. */
export function heatMap(frame: Frame, map: HeatMap): string {
  const { rows, axis, xLabel, yLabel, legend } = map;
  const { lines, bottom } = heading(frame);
  const left = Math.min(0.4 * frame.width, 48 + Math.max(...rows.map((name) => textWidth(name))));
  const right = frame.width - colourBarWidth(axis);
  const top = bottom + (legend?.height ?? 0) + 12;
  const others = top + 56 + MARGIN.bottom;
  const inner = plotHeight(frame, { others, wanted: map.wanted(right - left), least: LEAST });
  assertRoom(frame, right - left);
  const area = { left, right, top, bottom: top + inner };
  const bands = Array.from({ length: BANDS }, (_, i) => (i + 0.5) / BANDS);
  return figure(frame, others + inner, [
    ...lines,
    ...(legend?.draw({ left, right, top: bottom, bottom: bottom + legend.height }) ?? []),
    ...drawTable(map, area),
    ...drawNames(map, area),
    horizontalLabel(area.bottom + 44, area, xLabel),
    verticalLabel(24, area, yLabel),
    ...drawColourBar(axis, area, bands),
  ]);
}

function drawTable({ values, axis, unit, marks }: HeatMap, area: Area): string[] {
  const { x, y } = bandsOf(values, area);
  const cell = (row: number, column: number): Area => ({
    left: x(column)!,
    right: x(column)! + x.bandwidth(),
    top: y(row)!,
    bottom: y(row)! + y.bandwidth(),
  });
  const cells = values.flatMap((row, i) =>
    row.flatMap((value, j): (Cell & { value: number })[] => {
      if (value === null) return [];
      const share = Math.round(axis.scale(value) * COLOURS) / COLOURS;
      return [{ ...cell(i, j), share, value }];
    }),
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
  return [...drawCells(cells), ...(marks?.({ cell }) ?? []), ...(fits ? labels : [])];
}

function drawNames({ rows, columns, values }: HeatMap, area: Area): string[] {
  const { x, y } = bandsOf(values, area);
  const middle = (band: typeof x, i: number) => band(i)! + band.bandwidth() / 2;
  return [
    ...apart([...columns.keys()], (i) => [middle(x, i), textWidth(columns[i])]).map((i) =>
      text(middle(x, i), area.bottom + 20, 'middle', columns[i]),
    ),
    ...apart([...rows.keys()], (i) => [middle(y, i), 8]).map((i) =>
      text(area.left - 8, middle(y, i) + 4.5, 'end', fitText(rows[i], area.left - 48)),
    ),
  ];
}

function bandsOf(values: HeatMap['values'], { left, right, top, bottom }: Area) {
  const band = (count: number, [start, end]: [number, number]) =>
    scaleBand([...Array(count).keys()], [start, end]).paddingInner(
      count > 20 ? 0 : (CELL_GAP * count) / (end - start),
    );
  return { x: band(values[0].length, [left, right]), y: band(values.length, [top, bottom]) };
}

function assertRoom({ width }: Frame, inner: number): void {
  if (inner < LEAST) {
    throw invalid(
      `width ${width} leaves no room for the cells`,
      `Pass at least ${Math.ceil(width + LEAST - inner)}, or leave it out`,
      { param: 'width', received: width },
    );
  }
}
