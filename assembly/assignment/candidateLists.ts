/**
 * For each row a list of its cheapest columns, as in src/assignment/candidateLists.ts. Every column that is not on
 * the list costs at least the row's bound.
 */
import { fill, Numbers, place } from './memory';
import {
  costOf,
  error,
  found,
  leastLane,
  limitAt,
  minima,
  revision,
  rows,
  scanMinima,
  scanUpTo,
  size,
  valueAt,
} from './problem';

/** The greatest number of columns on a list. */
export const CAPACITY = 32;

/** `[rows × CAPACITY]`: the columns of row i are `lengths[i]` values from i · CAPACITY on. */
export let listColumns = changetype<Numbers<i32>>(0);
/** `[rows × CAPACITY]`: the similarity of row i for each of these columns. */
export let listValues = changetype<Numbers<f64>>(0);
/** `[rows]`: the number of columns on the list of each row; 0 if it was never built. */
export let lengths = changetype<Numbers<i32>>(0);
/** `[rows]`: a lower bound on the cost of the columns that are not on the list. */
export let bounds = changetype<Numbers<f64>>(0);
/** `[rows]`: the revision of the prices at which each list was built. */
let revisions = changetype<Numbers<i32>>(0);
/** Scratch: the costs of the columns found, and these in part ordered. */
let costs = changetype<Numbers<f64>>(0);
let ordered = changetype<Numbers<f64>>(0);

/** Places the lists of the problem that was placed last. */
export function placeLists(): void {
  listColumns = place<i32>(<u64>rows * CAPACITY);
  listValues = place<f64>(<u64>rows * CAPACITY);
  lengths = place<i32>(rows);
  bounds = place<f64>(rows);
  revisions = place<i32>(rows);
  costs = place<f64>(size);
  ordered = place<f64>(size);
}

/** Empties all lists. */
export function clearLists(): void {
  fill(lengths, 0, rows);
}

/**
 * Builds the list of a row. The 32 block minima are in 4 lanes of 8; the threshold is the greatest of the third
 * smallest values of the lanes. So at least 12 columns cost at most the bound, usually about 20. If more columns
 * than fit pass the filter, the CAPACITY cheapest are kept.
 */
export function buildList(row: i32): void {
  scanMinima(row);
  const limit = limitAt(greatestThird());
  const count = scanUpTo(row, limit);
  bounds[row] = <f64>limit - error;
  revisions[row] = revision;
  if (count > CAPACITY) {
    keepCheapest(row, count);
    return;
  }
  for (let k = 0; k < count; k++) list(row, k, found[k]);
  lengths[row] = count;
}

/** True if the prices are those that the list was built from. */
export function isFresh(row: i32): bool {
  return revisions[row] === revision;
}

/** The greatest of the third smallest block minima of the four lanes. */
function greatestThird(): f32 {
  let first = f32x4.splat(f32.POSITIVE_INFINITY);
  let second = first;
  let third = first;
  for (let at = 0; at < 32; at += 4) {
    const cost = minima.four(at);
    const notFirst = f32x4.pmax(first, cost);
    first = f32x4.pmin(first, cost);
    const notSecond = f32x4.pmax(second, notFirst);
    second = f32x4.pmin(second, notFirst);
    third = f32x4.pmin(third, notSecond);
  }
  return -leastLane(f32x4.neg(third));
}

/** Lists the CAPACITY cheapest of the columns found, and lowers the bound if a column left out costs less. */
function keepCheapest(row: i32, count: i32): void {
  for (let k = 0; k < count; k++) costs[k] = ordered[k] = costOf(row, found[k]);
  const threshold = smallest(ordered, count, CAPACITY);
  let length = 0;
  for (let k = 0; k < count; k++) {
    if (costs[k] < threshold) list(row, length++, found[k]);
  }
  // Each row starts at a different column, so that equal rows do not all list the same ties.
  const rotation = (<u32>row * 40503) % <u32>count;
  for (let k = 0; k < count && length < CAPACITY; k++) {
    const at = k + rotation < count ? k + rotation : k + rotation - count;
    if (costs[at] === threshold) list(row, length++, found[at]);
  }
  lengths[row] = length;
  bounds[row] = min(bounds[row], threshold);
}

function list(row: i32, at: i32, column: i32): void {
  listColumns[row * CAPACITY + at] = column;
  listValues[row * CAPACITY + at] = valueAt(row, column);
}

/** The k-th smallest (from 1) of the first `count` values, which it reorders (quickselect). */
function smallest(values: Numbers<f64>, count: i32, k: i32): f64 {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) {
        const value = values[i];
        values[i++] = values[j];
        values[j--] = value;
      }
    }
    if (k - 1 <= j) high = j;
    else if (k - 1 >= i) low = i;
    else break;
  }
  return values[k - 1];
}
