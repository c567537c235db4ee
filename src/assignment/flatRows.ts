import type { Problem } from './problem';

/**
 * The rows whose values are all equal but for the constant columns. Such a row i has the value f_i in every column
 * j that is not constant, and v_j in a constant one.
 *
 * A search extends paths from row i to column j with the length prices[j] − similarity[i, j] − offset_i. To a
 * constant column this is prices[j] − v_j − offset_i for every row, and to another column it is
 * prices[j] − (f_i + offset_i) for every flat row. So a flat row cannot shorten a path if a row with as great
 * an offset and a flat row with as great an f + offset were extended before it. A search passes over it, and
 * with many flat rows over nearly all of them.
 */
export interface FlatRows {
  /** The number of constant columns. */
  constantCount: number;
  /** `[rows]`: the value of a flat row outside the constant columns; NaN if the row is not flat. */
  readonly values: Float64Array;
  /** The greatest offset of the rows that the search has extended, and the greatest offset + value of the flat ones. */
  reach: number;
  flatReach: number;
}

/** Finds the constant columns and the flat rows. */
export function findFlatRows(problem: Problem): FlatRows {
  const constant = constantColumns(problem);
  return {
    constantCount: constant.length,
    values: Float64Array.from({ length: problem.rows }, (_, row) =>
      flatValue(problem, row, constant),
    ),
    reach: 0,
    flatReach: 0,
  };
}

/** The columns whose values are all equal, in order. */
function constantColumns({ rows, size, similarity }: Problem): Int32Array {
  const constant = Int32Array.from({ length: size }, (_, j) => j);
  let count = size;
  for (let row = 1; row < rows && count > 0; row++) {
    let left = 0;
    for (let k = 0; k < count; k++) {
      const column = constant[k];
      if (similarity[row * size + column] === similarity[column]) constant[left++] = column;
    }
    count = left;
  }
  return constant.subarray(0, count);
}

/** The value of a row outside the constant columns; NaN if there are several. */
function flatValue({ size, similarity }: Problem, row: number, constant: Int32Array): number {
  const start = row * size;
  let value = Number.NaN;
  let next = 0;
  for (let j = 0; j < size; j++) {
    if (constant[next] === j) next++;
    else if (Number.isNaN(value)) value = similarity[start + j];
    else if (similarity[start + j] !== value) return Number.NaN;
  }
  return value;
}

/** Starts a search: no row is extended. */
export function clearReach(flat: FlatRows): void {
  flat.reach = flat.constantCount > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  flat.flatReach = Number.NEGATIVE_INFINITY;
}

/** True if the rows extended so far reach every column as cheaply as this row; otherwise the row is one of them. */
export function isPassedOver(flat: FlatRows, row: number, offset: number): boolean {
  const flatOffset = offset + flat.values[row];
  if (offset <= flat.reach && flatOffset <= flat.flatReach) return true;
  if (offset > flat.reach) flat.reach = offset;
  if (flatOffset > flat.flatReach) flat.flatReach = flatOffset;
  return false;
}
