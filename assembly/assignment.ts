/**
 * The default assignment solver in WebAssembly with SIMD: `src/assignment/augmentOnCandidates.ts`
 * phase by phase, for float32 similarities. That file says what the phases are and why they are right;
 * this one adds how a row is scanned four columns at a time.
 *
 * Scans are in float32 and only filter; float64 decides. With p a price, p₃₂ its float32 and g a
 * similarity, scans see r = fl₃₂(p₃₂ − g). Rounding is monotone, so r > limit means p₃₂ − g > limit,
 * hence p − g > limit − error where |p − p₃₂| ≤ error: no column that a filter leaves out costs less than
 * limit − error. The other way round, r ≤ limit means p − g < next₃₂(limit) + error.
 *
 * Compiled by scripts/buildWasm.mjs. One problem after another: `reserve`, copy the similarity in (and
 * the prices, unless cold), `solve`, read the columns and the prices.
 */

/** Numbers in linear memory. */
@unmanaged
class Numbers<T> {
  [key: number]: T;

  @inline
  @operator('[]')
  get(at: i32): T {
    return load<T>(changetype<usize>(this) + ((<usize>at) << alignof<T>()));
  }

  @inline
  @operator('[]=')
  set(at: i32, value: T): void {
    store<T>(changetype<usize>(this) + ((<usize>at) << alignof<T>()), value);
  }

  /** Four (float32) numbers. */
  @inline
  four(at: i32): v128 {
    return v128.load(changetype<usize>(this) + ((<usize>at) << alignof<T>()));
  }
}

/** Room for this many columns in each list. */
const CAPACITY = 32;
/** Larger values go to the solver in TypeScript: up to here no sum of prices overflows float32. */
const LARGEST: f32 = 1e30;
const INFINITY = f64.POSITIVE_INFINITY;

let rows = 0;
let size = 0;
/** The columns, rounded up to full scans of 32. */
let padded = 0;
/** Row-major. A scan reads past the end of a row: there the prices are infinite. */
let similarity = changetype<Numbers<f32>>(0);
let prices = changetype<Numbers<f64>>(0);
let prices32 = changetype<Numbers<f32>>(0);
/** |price − its float32| is at most this, for every column. */
let error = 0.0;
let columnOfRow = changetype<Numbers<i32>>(0);
let rowOfColumn = changetype<Numbers<i32>>(0);
/** Rows that wait for a column. */
let free = changetype<Numbers<i32>>(0);
/** Rows that like all columns equally. */
let indifferent = changetype<Numbers<i32>>(0);
let indifferentCount = 0;

/** The candidate lists: of row i from i · CAPACITY. */
let listColumns = changetype<Numbers<i32>>(0);
let listValues = changetype<Numbers<f32>>(0);
let lengths = changetype<Numbers<i32>>(0);
let bounds = changetype<Numbers<f64>>(0);
/** Scratch: the least cost of each block, columns that passed a filter, their costs. */
let minima = changetype<Numbers<f32>>(0);
let found = changetype<Numbers<i32>>(0);
let costs = changetype<Numbers<f64>>(0);

/** By column: length of the shortest path found, the row it came from, whether it is final. */
let distance = changetype<Numbers<f64>>(0);
let previousRow = changetype<Numbers<i32>>(0);
let final = changetype<Numbers<u8>>(0);
let touched = changetype<Numbers<i32>>(0);
let touchedCount = 0;
/** By row on the tree: what to take off its reduced costs to get path lengths. */
let offsets = changetype<Numbers<f64>>(0);
/** The shortest path to a free column found so far, and that column. */
let shortest = INFINITY;
let end = -1;

/** A binary heap of numbered nodes, the least key on top; at the end of memory, so that it can grow. */
let heap: usize = 0;
let heapRoom = 0;
let heapSize = 0;

/** Where the next array goes. */
let top: u64 = 0;

/** Makes room for a problem; false where there is not enough memory. */
export function reserve(rowCount: i32, columnCount: i32): bool {
  rows = rowCount;
  size = columnCount;
  padded = (size + 31) & ~31;
  top = (__heap_base + 15) & ~15;
  similarity = place<f32>(<u64>rows * size + 32);
  prices = place<f64>(size);
  prices32 = place<f32>(padded);
  columnOfRow = place<i32>(rows);
  rowOfColumn = place<i32>(size);
  free = place<i32>(rows);
  indifferent = place<i32>(rows);
  listColumns = place<i32>(<u64>rows * CAPACITY);
  listValues = place<f32>(<u64>rows * CAPACITY);
  lengths = place<i32>(rows);
  bounds = place<f64>(rows);
  minima = place<f32>(32);
  found = place<i32>(padded);
  costs = place<f64>(padded);
  distance = place<f64>(size);
  previousRow = place<i32>(size);
  final = place<u8>(size);
  touched = place<i32>(size);
  offsets = place<f64>(rows);
  heapRoom = 4 * size + rows + 64;
  heap = changetype<usize>(place<v128>(heapRoom));
  return ensure(top);
}

function place<T>(count: u64): Numbers<T> {
  const at = <usize>top;
  top = (top + count * sizeof<T>() + 15) & ~15;
  return changetype<Numbers<T>>(at);
}

function ensure(bytes: u64): bool {
  if (bytes > 0xffff_0000) return false;
  const missing = <i32>((bytes + 0xffff) >> 16) - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}

/** Where the caller puts the similarity. */
export function similarityAddress(): usize {
  return changetype<usize>(similarity);
}

/** Where the caller puts the prices to start from, and finds those of the solution. */
export function pricesAddress(): usize {
  return changetype<usize>(prices);
}

/** Where the caller finds the column of each row. */
export function columnsAddress(): usize {
  return changetype<usize>(columnOfRow);
}

/**
 * Solves the problem in memory.
 *
 * @returns False, with nothing done, if a value is not finite or too large for float32 scans.
 */
export function solve(cold: bool): bool {
  initialise(cold);
  const waiting = orderRows(cold);
  if (waiting < 0) return false;
  let count = takeGreedily(waiting);
  for (let pass = 0; pass < 2 && count > 0; pass++) count = bid(count, 8 * rows);
  for (let k = 0; k < count; k++) augment(free[k]);
  takeWhatIsLeft();
  return true;
}

function initialise(cold: bool): void {
  fill(columnOfRow, 0xff, rows);
  fill(rowOfColumn, 0xff, size);
  fill(lengths, 0, rows);
  fill(final, 0, size);
  if (cold) fill(prices, 0, size);
  error = 1e-44;
  for (let j = 0; j < size; j++) {
    distance[j] = INFINITY;
    setPrice(j, prices[j]);
  }
  for (let j = size; j < padded; j++) prices32[j] = f32.POSITIVE_INFINITY;
}

function fill<T>(numbers: Numbers<T>, byte: u8, count: i32): void {
  memory.fill(changetype<usize>(numbers), byte, (<usize>count) << alignof<T>());
}

function setPrice(column: i32, price: f64): void {
  prices[column] = price;
  prices32[column] = <f32>price;
  // Half a unit in the last place of float32 and a little; 1e-44 covers subnormal numbers.
  const rounding = abs(price) * 6e-8 + 1e-44;
  if (rounding > error) error = rounding;
}

/** A float32 above a value. */
function above(value: f64): f32 {
  const rounded = <f32>value;
  return rounded + abs(rounded) * 1.2e-7 + 1e-44;
}

function costOf(row: i32, column: i32): f64 {
  return prices[column] - <f64>similarity[row * size + column];
}

/**
 * Puts the rows into `free`, those with the greatest contrast (mean cost less the least) first, and
 * those that like all columns equally into `indifferent` (none unless cold).
 *
 * @returns How many are in `free`; −1 if a value is not finite or too large.
 */
function orderRows(cold: bool): i32 {
  indifferentCount = 0;
  heapSize = 0;
  const whole = size & ~3;
  for (let i = 0; i < rows; i++) {
    const start = i * size;
    let least = f32x4.splat(f32.POSITIVE_INFINITY);
    let most = f32x4.splat(f32.NEGATIVE_INFINITY);
    let sum = f32x4.splat(0);
    for (let j = 0; j < whole; j += 4) {
      const cost = f32x4.sub(prices32.four(j), similarity.four(start + j));
      least = f32x4.pmin(least, cost);
      most = f32x4.pmax(most, cost);
      sum = f32x4.add(sum, cost);
    }
    let low = leastLane(least);
    let high = -leastLane(f32x4.neg(most));
    let total = laneSum(sum);
    for (let j = whole; j < size; j++) {
      const cost = prices32[j] - similarity[start + j];
      low = min(low, cost);
      high = max(high, cost);
      total += cost;
    }
    // NaN passes pmin and pmax, not the sum.
    if (!(low > -LARGEST && high < LARGEST && total - total === 0)) return -1;
    if (cold && low === high) indifferent[indifferentCount++] = i;
    else push(<f64>low - <f64>total / size, i);
  }
  const count = heapSize;
  for (let k = 0; k < count; k++) {
    free[k] = nodeAt(0);
    pop();
  }
  return count;
}

function leastLane(v: v128): f32 {
  return min(
    min(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    min(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

function laneSum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    f32x4.extract_lane(v, 2) +
    f32x4.extract_lane(v, 3)
  );
}

/** Writes the least float32 cost of each of 32 blocks of columns (those equal modulo 32). */
function scanMinima(row: i32): void {
  const start = row * size;
  const last = padded;
  const p = prices32;
  const g = similarity;
  let a = f32x4.sub(p.four(0), g.four(start));
  let b = f32x4.sub(p.four(4), g.four(start + 4));
  let c = f32x4.sub(p.four(8), g.four(start + 8));
  let d = f32x4.sub(p.four(12), g.four(start + 12));
  let e = f32x4.sub(p.four(16), g.four(start + 16));
  let f = f32x4.sub(p.four(20), g.four(start + 20));
  let h = f32x4.sub(p.four(24), g.four(start + 24));
  let i = f32x4.sub(p.four(28), g.four(start + 28));
  for (let j = 32; j < last; j += 32) {
    const at = start + j;
    a = f32x4.pmin(a, f32x4.sub(p.four(j), g.four(at)));
    b = f32x4.pmin(b, f32x4.sub(p.four(j + 4), g.four(at + 4)));
    c = f32x4.pmin(c, f32x4.sub(p.four(j + 8), g.four(at + 8)));
    d = f32x4.pmin(d, f32x4.sub(p.four(j + 12), g.four(at + 12)));
    e = f32x4.pmin(e, f32x4.sub(p.four(j + 16), g.four(at + 16)));
    f = f32x4.pmin(f, f32x4.sub(p.four(j + 20), g.four(at + 20)));
    h = f32x4.pmin(h, f32x4.sub(p.four(j + 24), g.four(at + 24)));
    i = f32x4.pmin(i, f32x4.sub(p.four(j + 28), g.four(at + 28)));
  }
  const to = changetype<usize>(minima);
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
  v128.store(to, e, 64);
  v128.store(to, f, 80);
  v128.store(to, h, 96);
  v128.store(to, i, 112);
}

/** Collects the columns of a row whose float32 cost is at most the limit into `found`; how many. */
function scanUpTo(row: i32, limit: f32): i32 {
  const start = row * size;
  const last = padded;
  const p = prices32;
  const g = similarity;
  const to = found;
  const limits = f32x4.splat(limit);
  let count = 0;
  for (let j = 0; j < last; j += 16) {
    const at = start + j;
    const a = f32x4.le(f32x4.sub(p.four(j), g.four(at)), limits);
    const b = f32x4.le(f32x4.sub(p.four(j + 4), g.four(at + 4)), limits);
    const c = f32x4.le(f32x4.sub(p.four(j + 8), g.four(at + 8)), limits);
    const d = f32x4.le(f32x4.sub(p.four(j + 12), g.four(at + 12)), limits);
    const narrow = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
    for (let mask = i8x16.bitmask(narrow); mask !== 0; mask &= mask - 1)
      to[count++] = j + ctz(mask);
  }
  return count;
}

/** Rows take their cheapest column while hardly any collide; how many are left in `free`. */
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

/** The cheapest column of a row; a free one if there is one among equals. */
function cheapestColumn(row: i32): i32 {
  scanMinima(row);
  let lanes = minima.four(0);
  for (let at = 4; at < 32; at += 4) lanes = f32x4.pmin(lanes, minima.four(at));
  const count = scanUpTo(row, above(<f64>above(leastLane(lanes)) + 2 * error));
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
 * Builds the list of a row: of the block minima the third of each lane (of 8), the greatest of these four
 * is the threshold. So at least 12 columns cost at most the bound, as a rule about 20. If more than
 * fit pass the filter, exactly the cheapest are kept.
 */
function buildList(row: i32): void {
  scanMinima(row);
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
  const threshold = -leastLane(f32x4.neg(third));
  const limit = above(<f64>above(threshold) + 2 * error);
  const count = scanUpTo(row, limit);
  bounds[row] = <f64>limit - error;
  if (count > CAPACITY) {
    keepCheapest(row, count);
    return;
  }
  const start = row * size;
  const at = row * CAPACITY;
  for (let k = 0; k < count; k++) {
    const column = found[k];
    listColumns[at + k] = column;
    listValues[at + k] = similarity[start + column];
  }
  lengths[row] = count;
}

/** Lists exactly the CAPACITY cheapest of the columns found; lowers the bound to match. */
function keepCheapest(row: i32, count: i32): void {
  for (let k = 0; k < count; k++) costs[k] = costOf(row, found[k]);
  const threshold = smallest(count, CAPACITY);
  let length = 0;
  for (let k = 0; k < count; k++) {
    const column = found[k];
    if (costOf(row, column) < threshold) list(row, length++, column);
  }
  // Rows begin at different columns, so that equal rows do not all list the same ties.
  const rotation = (<u32>row * 40503) % <u32>count;
  for (let k = 0; k < count && length < CAPACITY; k++) {
    const at = k + rotation;
    const column = found[at < count ? at : at - count];
    if (costOf(row, column) === threshold) list(row, length++, column);
  }
  lengths[row] = length;
  bounds[row] = min(bounds[row], threshold);
}

function list(row: i32, at: i32, column: i32): void {
  listColumns[row * CAPACITY + at] = column;
  listValues[row * CAPACITY + at] = similarity[row * size + column];
}

/** The k-th smallest (from 1) of the first `count` costs, which it reorders (quickselect). */
function smallest(count: i32, k: i32): f64 {
  const values = costs;
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

/** One pass of bids, at most `budget` of them; how many rows are left in `free`. */
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

/** Whether the last bid raised a price. */
let roseLast = false;
/** The two cheapest columns of a list and their costs. */
let cheapest = 0;
let runnerUp = 0;
let leastCost = 0.0;
let nextCost = 0.0;

/** A row's bid; the row that it displaces, or −1. */
function bidOnce(row: i32): i32 {
  if (lengths[row] === 0) buildList(row);
  findTwoCheapest(row);
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
    const cost = p[column] - <f64>values[at];
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
  heapSize = 0;
  offsets[start] = 0;
  if (lengths[start] === 0) buildList(start);
  relaxList(start);
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
      if (lengths[row] === 0) buildList(row);
      relaxList(row);
    }
  }
  raisePrices();
  flipPath(start);
}

function relaxList(row: i32): void {
  const columns = listColumns;
  const values = listValues;
  const p = prices;
  const offset = offsets[row];
  const from = row * CAPACITY;
  for (let at = from, last = from + lengths[row]; at < last; at++) {
    const column = columns[at];
    const length = p[column] - <f64>values[at] - offset;
    if (length < shortest) relax(row, column, length);
  }
  const bound = bounds[row] - offset;
  if (bound < shortest) push(bound, -1 - row);
}

/** A row's list is used up: build it anew, and if its bound does not move, look at the whole row. */
function lookFurther(row: i32, key: f64): void {
  buildList(row);
  const offset = offsets[row];
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

/** Gives the rows that like all columns equally what nobody wanted; a dead unit stays if it can. */
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

/** Entries of the heap are 16 bytes: a key, then its node. */
function entry(at: i32): usize {
  return heap + ((<usize>at) << 4);
}

function keyAt(at: i32): f64 {
  return load<f64>(entry(at));
}

function nodeAt(at: i32): i32 {
  return load<i32>(entry(at), 8);
}

function setEntry(at: i32, key: f64, node: i32): void {
  store<f64>(entry(at), key);
  store<i32>(entry(at), node, 8);
}

function push(key: f64, node: i32): void {
  if (heapSize === heapRoom) growHeap();
  let at = heapSize++;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = keyAt(parent);
    if (above <= key) break;
    setEntry(at, above, nodeAt(parent));
    at = parent;
  }
  setEntry(at, key, node);
}

/** Takes off the node with the least key, which stood in entry 0. */
function pop(): void {
  const left = --heapSize;
  const key = keyAt(left);
  const node = nodeAt(left);
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= left) break;
    if (child + 1 < left && keyAt(child + 1) < keyAt(child)) child++;
    const below = keyAt(child);
    if (below >= key) break;
    setEntry(at, below, nodeAt(child));
    at = child;
  }
  setEntry(at, key, node);
}

function growHeap(): void {
  heapRoom *= 2;
  // The caller takes a trap for "not available".
  if (!ensure(<u64>heap + ((<u64>heapRoom) << 4))) unreachable();
}
