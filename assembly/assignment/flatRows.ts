/**
 * Rows whose values are all equal but for the constant columns, as in src/assignment/flatRows.ts, which explains
 * why a search passes over most of them.
 */
import { Numbers, place } from './memory';
import { rows, size, valueAt } from './problem';

const INFINITY = f64.POSITIVE_INFINITY;

/** The columns whose values are all equal. */
let constant = changetype<Numbers<i32>>(0);
let constantCount = 0;
/** `[rows]`: the value of a flat row outside the constant columns; NaN if the row is not flat. */
let flatValues = changetype<Numbers<f64>>(0);
/** The greatest offset of the rows that the search has extended, and the greatest offset + value of the flat ones. */
let reach = 0.0;
let flatReach = 0.0;

/** Places the values of the problem that was placed last. */
export function placeFlatRows(): void {
  constant = place<i32>(size);
  flatValues = place<f64>(rows);
}

/** Finds the constant columns and the flat rows. */
export function findFlatRows(): void {
  constantColumns();
  for (let row = 0; row < rows; row++) flatValues[row] = flatValue(row);
}

/** The columns whose values are all equal, in order. */
function constantColumns(): void {
  for (let j = 0; j < size; j++) constant[j] = j;
  constantCount = size;
  for (let row = 1; row < rows && constantCount > 0; row++) {
    let left = 0;
    for (let k = 0; k < constantCount; k++) {
      const column = constant[k];
      if (valueAt(row, column) === valueAt(0, column)) constant[left++] = column;
    }
    constantCount = left;
  }
}

/** The value of a row outside the constant columns; NaN if there are several. */
function flatValue(row: i32): f64 {
  let value = f64.NaN;
  let next = 0;
  for (let j = 0; j < size; j++) {
    if (next < constantCount && constant[next] === j) next++;
    else if (F64.isNaN(value)) value = valueAt(row, j);
    else if (valueAt(row, j) !== value) return f64.NaN;
  }
  return value;
}

/** Starts a search: no row is extended. */
export function clearReach(): void {
  reach = constantCount > 0 ? -INFINITY : INFINITY;
  flatReach = -INFINITY;
}

/** True if the rows extended so far reach every column as cheaply as this row; otherwise the row is one of them. */
export function isPassedOver(row: i32, offset: f64): bool {
  const flat = offset + flatValues[row];
  if (offset <= reach && flat <= flatReach) return true;
  reach = max(reach, offset);
  if (flat > flatReach) flatReach = flat;
  return false;
}
