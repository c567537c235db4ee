/**
 * The default assignment solver in WebAssembly with SIMD, for float32 similarities. It has the same functions in
 * the same order as `src/assignment/augmentOnCandidates.ts`, which describes the algorithm. Lists and heap have
 * the same names as there, too; `problem.ts` scans a row four columns at a time.
 *
 * Compiled by scripts/buildWasm.mjs. For each problem the caller calls `reserve`, copies in the similarity (and
 * the prices, unless cold), calls `augmentOnCandidates`, and reads the columns and the prices.
 */
import {
  bounds,
  buildList,
  CAPACITY,
  clearLists,
  isFresh,
  lengths,
  listColumns,
  listValues,
  placeLists,
} from './candidateLists';
import { clearReach, findFlatRows, isPassedOver, placeFlatRows } from './flatRows';
import { clearHeap, heapSize, keyAt, nodeAt, placeHeap, pop, push } from './heap';
import { clearMemory, ensurePlaced, fill, Numbers, place } from './memory';
import {
  above,
  costOf,
  coverRounding,
  error,
  exact,
  found,
  initialisePrices,
  laneSum,
  leastLane,
  limitAt,
  minima,
  narrowRow,
  placeProblem,
  prices,
  prices32,
  rows,
  scanMinima,
  scanUpTo,
  setPrice,
  similarity,
  size,
  wide,
} from './problem';

/** Larger values go to the solver in TypeScript. Up to this magnitude no sum of prices overflows float32. */
const LARGEST: f32 = 1e30;
const INFINITY = f64.POSITIVE_INFINITY;

let columnOfRow = changetype<Numbers<i32>>(0);
let rowOfColumn = changetype<Numbers<i32>>(0);
/** Rows without a column. */
let free = changetype<Numbers<i32>>(0);
/** Rows whose costs are all equal. */
let indifferent = changetype<Numbers<i32>>(0);
let indifferentCount = 0;
/** The least and the greatest cost of a row, in float32. */
let low: f32 = 0;
let high: f32 = 0;
/** The two cheapest columns of a list and their costs. */
let cheapest = 0;
let runnerUp = 0;
let leastCost = 0.0;
let nextCost = 0.0;
/** True if the last bid raised a price. */
let roseLast = false;
/** By column: the length of the shortest path found, the row before the column on it, 1 once it is final. */
let distance = changetype<Numbers<f64>>(0);
let previousRow = changetype<Numbers<i32>>(0);
let final = changetype<Numbers<u8>>(0);
/** The columns that a path reaches. */
let touched = changetype<Numbers<i32>>(0);
let touchedCount = 0;
/** By row on the tree: reduced cost − offset is the length of a path through the row. */
let offsets = changetype<Numbers<f64>>(0);
/** The shortest path to a free column found so far, and that column. */
let shortest = INFINITY;
let end = -1;

/** Reserves memory for a problem; false if there is not enough. */
export function reserve(rowCount: i32, columnCount: i32, inFloat64: bool): bool {
  clearMemory();
  placeProblem(rowCount, columnCount, inFloat64);
  placeLists();
  placeFlatRows();
  columnOfRow = place<i32>(rows);
  rowOfColumn = place<i32>(size);
  free = place<i32>(rows);
  indifferent = place<i32>(rows);
  distance = place<f64>(size);
  previousRow = place<i32>(size);
  final = place<u8>(size);
  touched = place<i32>(size);
  offsets = place<f64>(rows);
  placeHeap(4 * size + rows + 64);
  return ensurePlaced();
}

/** The address of the similarity, which the caller writes. */
export function similarityAddress(): usize {
  return wide ? changetype<usize>(exact) : changetype<usize>(similarity);
}

/** The address of the prices: the caller writes the initial prices and reads those of the solution. */
export function pricesAddress(): usize {
  return changetype<usize>(prices);
}

/** The address of the column of each row, which the caller reads. */
export function columnsAddress(): usize {
  return changetype<usize>(columnOfRow);
}

/**
 * Assigns each row of the problem in memory to a different column so that the sum of similarities is greatest.
 *
 * @returns False, without a solution, if a value is not finite or too large for float32 scans.
 */
export function augmentOnCandidates(cold: bool): bool {
  initialise(cold);
  const waiting = orderRows(cold);
  if (waiting < 0) return false;
  findFlatRows();
  let count = takeGreedily(waiting);
  for (let pass = 0; pass < 2 && count > 0; pass++) count = bid(count, 8 * rows);
  for (let k = 0; k < count; k++) augment(free[k]);
  takeWhatIsLeft();
  return true;
}

function initialise(cold: bool): void {
  initialisePrices(cold);
  clearLists();
  fill(columnOfRow, 0xff, rows);
  fill(rowOfColumn, 0xff, size);
  fill(final, 0, size);
  indifferentCount = 0;
  for (let j = 0; j < size; j++) distance[j] = INFINITY;
}

/**
 * Puts the rows into `free`, sorted by contrast (mean cost less the least cost), the greatest first. If cold,
 * rows whose costs are all equal go into `indifferent` instead.
 *
 * @returns The number of rows in `free`; −1 if a value is not finite or too large.
 */
function orderRows(cold: bool): i32 {
  clearHeap();
  for (let row = 0; row < rows; row++) {
    const contrast = contrastOf(row);
    if (F64.isNaN(contrast)) return -1;
    if (cold && isConstant(row)) indifferent[indifferentCount++] = row;
    else push(-contrast, row);
  }
  const count = heapSize;
  for (let k = 0; k < count; k++) {
    free[k] = nodeAt(0);
    pop();
  }
  return count;
}

/** The mean cost of a row less the least cost, over all columns; NaN if a value is not finite or too large. */
function contrastOf(row: i32): f64 {
  if (wide) narrowRow(row);
  const start = row * size;
  const whole = size & ~3;
  let least = f32x4.splat(f32.POSITIVE_INFINITY);
  let most = f32x4.splat(f32.NEGATIVE_INFINITY);
  let sum = f32x4.splat(0);
  for (let j = 0; j < whole; j += 4) {
    const cost = f32x4.sub(prices32.four(j), similarity.four(start + j));
    least = f32x4.pmin(least, cost);
    most = f32x4.pmax(most, cost);
    sum = f32x4.add(sum, cost);
  }
  low = leastLane(least);
  high = -leastLane(f32x4.neg(most));
  let total = laneSum(sum);
  for (let j = whole; j < size; j++) {
    const cost = prices32[j] - similarity[start + j];
    low = min(low, cost);
    high = max(high, cost);
    total += cost;
  }
  // pmin and pmax may drop a NaN; the sum keeps it.
  coverRounding(max(abs(low), abs(high)));
  const fits = low > -LARGEST && high < LARGEST && total - total === 0;
  return fits ? <f64>total / size - <f64>low : f64.NaN;
}

/** True if all costs of a row are equal; it is the last row of `contrastOf`. */
function isConstant(row: i32): bool {
  if (low !== high) return false;
  const first = costOf(row, 0);
  for (let j = 1; j < size; j++) if (costOf(row, j) !== first) return false;
  return true;
}

/** Rows take their cheapest column while few of them collide. Returns the number of rows left in `free`. */
function takeGreedily(count: i32): i32 {
  let left = 0;
  let collisions = 0;
  for (let k = 0; k < count; k++) {
    const row = free[k];
    if (collisions > 8 + (k >> 4)) {
      free[left++] = row;
      continue;
    }
    const best = cheapestColumn(row);
    if (rowOfColumn[best] < 0) {
      rowOfColumn[best] = row;
      columnOfRow[row] = best;
    } else {
      collisions++;
      free[left++] = row;
    }
  }
  return left;
}

/** The cheapest column of a row; of several a free one, if there is one. */
function cheapestColumn(row: i32): i32 {
  scanMinima(row);
  let lanes = minima.four(0);
  for (let at = 4; at < 32; at += 4) lanes = f32x4.pmin(lanes, minima.four(at));
  const count = scanUpTo(row, limitAt(leastLane(lanes)));
  let best = found[0];
  let least = costOf(row, best);
  for (let k = 1; k < count; k++) {
    const column = found[k];
    const cost = costOf(row, column);
    if (cost < least || (cost === least && rowOfColumn[best] >= 0)) {
      least = cost;
      best = column;
    }
  }
  return best;
}

/**
 * One pass of bids. A displaced row bids next, or in the next pass if the price did not rise. After `budget`
 * bids the remaining rows stay free.
 *
 * @returns The number of rows left in `free`.
 */
function bid(count: i32, budget: i32): i32 {
  let left = 0;
  let bids = 0;
  let k = 0;
  while (k < count) {
    const row = free[k++];
    if (bids++ >= budget) {
      free[left++] = row;
      continue;
    }
    const displaced = bidOnce(row);
    if (displaced >= 0) {
      if (roseLast) free[--k] = displaced;
      else free[left++] = displaced;
    }
  }
  return left;
}

/** The bid of one row. Returns the row that it displaces, or −1. */
function bidOnce(row: i32): i32 {
  if (lengths[row] === 0) buildList(row);
  findTwoCheapest(row);
  // Up to the bound, the two cheapest columns of the list are the two cheapest of the row.
  if (nextCost > bounds[row]) {
    buildList(row);
    findTwoCheapest(row);
  }
  const price = prices[cheapest];
  const raised = price + (nextCost - leastCost);
  const rises = raised > price;
  let column = cheapest;
  if (rises) setPrice(cheapest, raised);
  else if (rowOfColumn[cheapest] >= 0) column = runnerUp;
  const displaced = rowOfColumn[column];
  columnOfRow[row] = column;
  rowOfColumn[column] = row;
  if (displaced >= 0) columnOfRow[displaced] = -1;
  roseLast = rises;
  return displaced;
}

function findTwoCheapest(row: i32): void {
  const columns = listColumns;
  const values = listValues;
  const p = prices;
  let best = -1;
  let second = -1;
  let least = INFINITY;
  let next = INFINITY;
  const from = row * CAPACITY;
  for (let at = from, last = from + lengths[row]; at < last; at++) {
    const column = columns[at];
    const cost = p[column] - values[at];
    if (cost < next) {
      if (cost < least) {
        next = least;
        second = best;
        least = cost;
        best = column;
      } else {
        next = cost;
        second = column;
      }
    }
  }
  cheapest = best;
  runnerUp = second;
  leastCost = least;
  nextCost = next;
}

/** Assigns a free row along the shortest path to a free column, and raises prices to match. */
function augment(start: i32): void {
  touchedCount = 0;
  shortest = INFINITY;
  end = -1;
  clearHeap();
  clearReach();
  offsets[start] = 0;
  isPassedOver(start, 0);
  if (lengths[start] === 0) buildList(start);
  relaxList(start);
  // A node at or beyond `shortest` cannot shorten the path.
  while (heapSize > 0 && keyAt(0) < shortest) {
    const key = keyAt(0);
    const node = nodeAt(0);
    pop();
    if (node < 0) {
      lookFurther(-1 - node, key);
    } else if (final[node] === 0 && key <= distance[node]) {
      final[node] = 1;
      const row = rowOfColumn[node];
      offsets[row] = costOf(row, node) - key;
      if (isPassedOver(row, offsets[row])) continue;
      if (lengths[row] === 0) buildList(row);
      relaxList(row);
    }
  }
  raisePrices();
  flipPath(start);
}

/** Extends paths from a row to the columns on its list, and pushes a node for the columns beyond the list. */
function relaxList(row: i32): void {
  const columns = listColumns;
  const values = listValues;
  const p = prices;
  const offset = offsets[row];
  const from = row * CAPACITY;
  for (let at = from, last = from + lengths[row]; at < last; at++) {
    const column = columns[at];
    const length = p[column] - values[at] - offset;
    if (length < shortest) relax(row, column, length);
  }
  const bound = bounds[row] - offset;
  if (bound < shortest) push(bound, -1 - row);
}

/** Rebuilds the list of a row whose bound is reached. If the bound does not rise, scans the whole row. */
function lookFurther(row: i32, key: f64): void {
  const offset = offsets[row];
  if (!isFresh(row)) buildList(row);
  if (bounds[row] - offset > key) {
    relaxList(row);
    return;
  }
  // The last term covers the rounding of the sum.
  const limit = shortest + offset + error + 1e-15 * (abs(shortest) + abs(offset));
  const count = scanUpTo(row, min(above(limit), f32.MAX_VALUE));
  for (let k = 0; k < count; k++) {
    const column = found[k];
    const length = costOf(row, column) - offset;
    if (length < shortest) relax(row, column, length);
  }
}

/** Records a path to a column if it is shorter than the one known. */
function relax(row: i32, column: i32, length: f64): void {
  const before = distance[column];
  if (length >= before || final[column] !== 0) return;
  if (before === INFINITY) touched[touchedCount++] = column;
  distance[column] = length;
  previousRow[column] = row;
  if (rowOfColumn[column] < 0) {
    shortest = length;
    end = column;
  } else {
    push(length, column);
  }
}

/** Raises the prices of final columns, so that each row on the path has the same cost before and after its move. */
function raisePrices(): void {
  for (let k = 0; k < touchedCount; k++) {
    const column = touched[k];
    if (final[column] !== 0) {
      setPrice(column, prices[column] + (shortest - distance[column]));
      final[column] = 0;
    }
    distance[column] = INFINITY;
  }
}

/** Moves every row on the path to the next column, from the end of the path back to its start. */
function flipPath(start: i32): void {
  let column = end;
  for (;;) {
    const row = previousRow[column];
    rowOfColumn[column] = row;
    const next = columnOfRow[row];
    columnOfRow[row] = column;
    if (row === start) break;
    column = next;
  }
}

/** Assigns the rows of equal costs to the remaining columns: to the column with the row's number if it is free. */
function takeWhatIsLeft(): void {
  for (let k = 0; k < indifferentCount; k++) {
    const row = indifferent[k];
    if (rowOfColumn[row] < 0) take(row, row);
  }
  let column = 0;
  for (let k = 0; k < indifferentCount; k++) {
    const row = indifferent[k];
    if (columnOfRow[row] >= 0) continue;
    while (rowOfColumn[column] >= 0) column++;
    take(row, column);
  }
}

function take(row: i32, column: i32): void {
  columnOfRow[row] = column;
  rowOfColumn[column] = row;
}
