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
  eachStretch(target, rows, width, from, to, fillStretch);
}

/** Subtracts the values that {@link packPanels} would write. */
export function subtractPanels(
  target: Float32Array,
  rows: UnitRows,
  width: number,
  from: number,
  to: number,
): void {
  eachStretch(target, rows, width, from, to, subtractStretch);
}

/** Visits the panels, and each of them stretch by stretch. */
function eachStretch(
  target: Float32Array,
  rows: UnitRows,
  width: number,
  from: number,
  to: number,
  visit: (stretch: Stretch, rows: UnitRows) => void,
): void {
  const { units, copies } = rows;
  const size = width * (to - from);
  const length = rows.rest.offsets.length;
  for (let unit = 0, at = 0; unit < units; unit += width, at += size) {
    const lanes = Math.min(width, units - unit);
    for (let k = from; k < to; ) {
      const copy = Math.floor(k / length);
      const end = Math.min(to, (copy + 1) * length);
      const stretch: Stretch = {
        target: target.subarray(at + (k - from) * width, at + (end - from) * width),
        width,
        lanes,
        row: unit * copies + copy,
        step: copies,
        column: k - copy * length,
      };
      visit(stretch, rows);
      k = end;
    }
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

function fillStretch(stretch: Stretch, rows: UnitRows): void {
  const { target, width, lanes } = stretch;
  if (lanes < width) target.fill(0);
  gatherLanes(stretch, rows);
  if (rows.first.factors) scaleLanes(stretch, rows.first.factors);
  if (rows.rest.factors) scaleColumns(stretch, rows.rest.factors);
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

/** target −= values, each rounded to float32 after every factor, as {@link fillStretch} rounds it. */
function subtractStretch(stretch: Stretch, rows: UnitRows): void {
  const { target, width, lanes, row, step, column } = stretch;
  const { values, first, rest } = rows;
  if (first.factors === null && rest.factors === null) {
    subtractLanes(stretch, rows);
    return;
  }
  const depth = target.length / width;
  for (let lane = 0; lane < lanes; lane++) {
    const start = first.offsets[row + lane * step];
    const factor = first.factors === null ? 1 : first.factors[row + lane * step];
    for (let k = 0, at = lane; k < depth; k++, at += width) {
      const scaled = Math.fround(factor * values[start + rest.offsets[column + k]]);
      target[at] -= Math.fround(rest.factors === null ? scaled : scaled * rest.factors[column + k]);
    }
  }
}

/** target[k, lane] −= values[first.offsets of the lane + rest.offsets of the column], as {@link gatherLanes}. */
function subtractLanes(
  { target, width, lanes, row, step, column }: Stretch,
  { values, first, rest }: UnitRows,
): void {
  const depth = target.length / width;
  const starts = first.offsets;
  const offsets = rest.offsets;
  let lane = 0;
  for (; lane + 4 <= lanes; lane += 4) {
    const start0 = starts[row + lane * step];
    const start1 = starts[row + (lane + 1) * step];
    const start2 = starts[row + (lane + 2) * step];
    const start3 = starts[row + (lane + 3) * step];
    for (let k = 0, at = lane; k < depth; k++, at += width) {
      const offset = offsets[column + k];
      target[at] -= values[start0 + offset];
      target[at + 1] -= values[start1 + offset];
      target[at + 2] -= values[start2 + offset];
      target[at + 3] -= values[start3 + offset];
    }
  }
  for (; lane < lanes; lane++) {
    const start = starts[row + lane * step];
    for (let k = 0, at = lane; k < depth; k++, at += width) {
      target[at] -= values[start + offsets[column + k]];
    }
  }
}
