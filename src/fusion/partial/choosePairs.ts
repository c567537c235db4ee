import type { AssignmentOptions } from '../../assignment';
import { solveAssignment } from '../../assignment';

/**
 * The best assignment of exactly `pairs` rows to different columns. Every row that stays alone takes one of
 * rows − pairs further columns, whose value c is above all others:
 *
 *     [values | c]
 *
 * @param values - `[rows × columns]`, row-major, finite.
 * @returns `[rows]`: the column of each row; −1 for a row that stays alone.
 */
export function choosePairs(
  values: Float64Array,
  rows: number,
  columns: number,
  pairs: number,
): Int32Array {
  if (pairs === 0) return new Int32Array(rows).fill(-1);
  const options: AssignmentOptions = { columns: columns + rows - pairs };
  const { assignment } = solveAssignment(
    withSpareColumns(values, rows, columns, rows - pairs),
    rows,
    options,
  );
  return assignment.map((column) => (column < columns ? column : -1));
}

function withSpareColumns(
  values: Float64Array,
  rows: number,
  columns: number,
  spare: number,
): Float64Array {
  const [least, most] = extent(values);
  const wide = columns + spare;
  const extended = new Float64Array(rows * wide).fill(
    most + Math.max(1, Math.abs(most), most - least),
  );
  for (let i = 0; i < rows; i++) {
    extended.set(values.subarray(i * columns, (i + 1) * columns), i * wide);
  }
  return extended;
}

function extent(values: Float64Array): [number, number] {
  let [least, most] = [values[0], values[0]];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}
