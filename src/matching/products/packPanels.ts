import type { UnitRows } from './unitRows';

/** The number of rows in a panel of the left factor, and in one of the right. */
export const PANEL = { left: 4, right: 8 } as const;

/**
 * Writes columns `from` … `to` − 1 of all rows into panels. A panel is `width` rows side by side,
 * `[to − from, width]`, with the values of a column next to each other. Rows of zeros fill up the last panel.
 * Permuted values are gathered here, which takes no longer than copying them.
 *
 * @param target - `[panels, to − from, width]`.
 * @param rows - `[units, copies · rest]`.
 */
export function packPanels(
  target: Float32Array,
  rows: UnitRows,
  width: number,
  from: number,
  to: number,
): void {
  const size = width * (to - from);
  for (let unit = 0, at = 0; unit < rows.units; unit += width, at += size) {
    const panel = target.subarray(at, at + size);
    if (unit + width > rows.units) panel.fill(0);
    packPanel(panel, rows, unit, width, from, to);
  }
}

/** Writes the panel whose first row is `unit`, stretch by stretch. */
function packPanel(
  panel: Float32Array,
  rows: UnitRows,
  unit: number,
  width: number,
  from: number,
  to: number,
): void {
  const { units, copies, first, rest } = rows;
  const lanes = Math.min(width, units - unit);
  const length = rest.offsets.length;
  for (let k = from; k < to; ) {
    const copy = Math.floor(k / length);
    const column = k - copy * length;
    const end = Math.min(to, (copy + 1) * length);
    const stretch: Stretch = {
      target: panel.subarray((k - from) * width, (end - from) * width),
      width,
      lanes,
      row: unit * copies + copy,
      step: copies,
      column,
    };
    gatherLanes(stretch, rows);
    if (first.factors) scaleLanes(stretch, first.factors);
    if (rest.factors) scaleColumns(stretch, rest.factors);
    k = end;
  }
}

/** Columns of a panel that belong to one copy of its units. */
interface Stretch {
  /** `[columns, width]` */
  readonly target: Float32Array;
  readonly width: number;
  /** The number of units. */
  readonly lanes: number;
  /** The unit of lane l is at `row + l · step` of `first`. */
  readonly row: number;
  readonly step: number;
  /** Column k of the stretch is at `column + k` of `rest`. */
  readonly column: number;
}

/** target[k, lane] = values[first.offsets of the lane + rest.offsets of the column]. */
function gatherLanes(
  { target, width, lanes, row, step, column }: Stretch,
  { values, first, rest }: UnitRows,
): void {
  const depth = target.length / width;
  const starts = first.offsets;
  const offsets = rest.offsets;
  let lane = 0;
  // Four at a time, so that units side by side are read from the same cache line.
  for (; lane + 4 <= lanes; lane += 4) {
    const start0 = starts[row + lane * step];
    const start1 = starts[row + (lane + 1) * step];
    const start2 = starts[row + (lane + 2) * step];
    const start3 = starts[row + (lane + 3) * step];
    for (let k = 0, at = lane; k < depth; k++, at += width) {
      const offset = offsets[column + k];
      target[at] = values[start0 + offset];
      target[at + 1] = values[start1 + offset];
      target[at + 2] = values[start2 + offset];
      target[at + 3] = values[start3 + offset];
    }
  }
  for (; lane < lanes; lane++) {
    const start = starts[row + lane * step];
    for (let k = 0, at = lane; k < depth; k++, at += width) {
      target[at] = values[start + offsets[column + k]];
    }
  }
}

/** target[k, lane] *= the factor of the lane. */
function scaleLanes({ target, width, lanes, row, step }: Stretch, factors: Float32Array): void {
  for (let lane = 0; lane < lanes; lane++) {
    const factor = factors[row + lane * step];
    for (let at = lane; at < target.length; at += width) target[at] *= factor;
  }
}

/** target[k, lane] *= the factor of the column. */
function scaleColumns({ target, width, column }: Stretch, factors: Float32Array): void {
  for (let at = 0; at < target.length; at++) target[at] *= factors[column + Math.floor(at / width)];
}
