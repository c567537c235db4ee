import { buildList, type CandidateLists, createCandidateLists } from './candidateLists';
import { createHeap, type Heap, pop, push } from './heap';

/** What the steps share. Every assigned row is on a column that is cheapest for it. */
interface State {
  readonly rows: number;
  readonly size: number;
  /** Row-major, rows × size. */
  readonly similarity: Float32Array | Float64Array;
  readonly prices: Float64Array;
  readonly columnOfRow: Int32Array;
  readonly rowOfColumn: Int32Array;
  /** Rows that wait for a column. */
  readonly free: Int32Array;
  /** Rows that like all columns equally. */
  readonly indifferent: Int32Array;
  indifferentCount: number;
  readonly lists: CandidateLists;
  /** The two cheapest columns of a list and their costs. */
  cheapest: number;
  runnerUp: number;
  leastCost: number;
  nextCost: number;
  /** True if the last bid raised a price. */
  roseLast: boolean;
  /** By column: length of the shortest path found, the row it came from, 1 once it is final. */
  readonly distance: Float64Array;
  readonly previousRow: Int32Array;
  readonly final: Uint8Array;
  /** The columns that a path was found to. */
  readonly touched: Int32Array;
  touchedCount: number;
  /** By row on the tree: reduced cost − offset is the length of a path through the row. */
  readonly offsets: Float64Array;
  /** The shortest path to a free column found so far, and that column. */
  shortest: number;
  end: number;
  /** Columns, and rows (as −1 − row) whose lists end at their bound; the nearest on top. */
  readonly heap: Heap;
}

/**
 * Assigns each of `rows` rows to a column of its own so that the sum of similarities is greatest.
 *
 * Columns have prices; prices[j] − similarity[i, j] is what column j costs row i. An assignment is optimal
 * when every row is on a column that is cheapest for it and no unassigned column has risen in price. Each
 * step keeps to that, for the rows assigned so far:
 *
 * 1. `orderRows` puts rows with the most to lose first, and sets rows of equal values aside.
 * 2. `takeGreedily`: rows take their cheapest column while hardly any collide.
 * 3. `bid`, twice at most: a row takes its cheapest column, raises the price until the second cheapest is
 *    as good, and displaces the row that was there (an auction without minimum increment).
 * 4. `augment`, for each row still free: a shortest path, in reduced costs, leads to a free column
 *    (Dijkstra); every row on it moves one column on, and prices rise to match.
 * 5. `takeWhatIsLeft` gives the rows set aside the columns that are left.
 *
 * Steps 3 and 4 look at short candidate lists instead of whole rows (see {@link CandidateLists}). A column
 * that is not on a row's list costs at least the row's bound, so in step 4 each list also enters the heap as
 * a node of its own, keyed by its bound. Only when that node comes first is the list built anew, and only
 * if the bound does not move is the whole row looked at.
 *
 * `assembly/assignment/augmentOnCandidates.ts` has the same functions in the same order, in WebAssembly.
 *
 * @param similarity - `[rows × columns]`, row-major, finite.
 * @param rows - The number of rows, at most the number of columns.
 * @param prices - `[columns]`: the prices to start from; they end as an optimal dual solution.
 * @param cold - True if all prices are 0. Only then are rows set aside: a column that nobody bid for still has
 * the least price.
 * @returns `[rows]`: the column of each row.
 */
export function augmentOnCandidates(
  similarity: Float32Array | Float64Array,
  rows: number,
  prices: Float64Array,
  cold: boolean,
): Int32Array {
  const state = initialise(similarity, rows, prices);
  const waiting = orderRows(state, cold);
  let count = takeGreedily(state, waiting);
  for (let pass = 0; pass < 2 && count > 0; pass++) count = bid(state, count, 8 * rows);
  for (let k = 0; k < count; k++) augment(state, state.free[k]);
  takeWhatIsLeft(state);
  return state.columnOfRow;
}

function initialise(
  similarity: Float32Array | Float64Array,
  rows: number,
  prices: Float64Array,
): State {
  const size = prices.length;
  return {
    rows,
    size,
    similarity,
    prices,
    columnOfRow: new Int32Array(rows).fill(-1),
    rowOfColumn: new Int32Array(size).fill(-1),
    free: new Int32Array(rows),
    indifferent: new Int32Array(rows),
    indifferentCount: 0,
    lists: createCandidateLists(similarity, rows, prices),
    cheapest: -1,
    runnerUp: -1,
    leastCost: Number.POSITIVE_INFINITY,
    nextCost: Number.POSITIVE_INFINITY,
    roseLast: false,
    distance: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
    previousRow: new Int32Array(size),
    final: new Uint8Array(size),
    touched: new Int32Array(size),
    touchedCount: 0,
    offsets: new Float64Array(rows),
    shortest: Number.POSITIVE_INFINITY,
    end: -1,
    heap: createHeap(4 * size + 64),
  };
}

/**
 * Puts the rows into `free`, those with the greatest contrast (mean cost less the least) first, and those
 * that like all columns equally into `indifferent` (none unless cold).
 *
 * @returns How many are in `free`.
 */
function orderRows(state: State, cold: boolean): number {
  const { rows, free, indifferent } = state;
  const contrasts = new Float64Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    contrasts[row] = contrastOf(state, row);
    if (cold && contrasts[row] <= 0 && isConstant(state, row)) {
      indifferent[state.indifferentCount++] = row;
    } else {
      free[count++] = row;
    }
  }
  free.subarray(0, count).sort((row, other) => contrasts[other] - contrasts[row]);
  return count;
}

/** The mean cost of a row less the least, over a sample of 64 columns and more. */
function contrastOf({ size, similarity, prices }: State, row: number): number {
  const start = row * size;
  const step = Math.max(1, size >> 6);
  let most = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let count = 0;
  for (let j = row % step; j < size; j += step) {
    const value = similarity[start + j] - prices[j];
    if (value > most) most = value;
    sum += value;
    count++;
  }
  return most - sum / count;
}

function isConstant({ size, similarity }: State, row: number): boolean {
  const start = row * size;
  for (let j = 1; j < size; j++) if (similarity[start + j] !== similarity[start]) return false;
  return true;
}

/** Rows take their cheapest column while hardly any collide; returns how many are left in `free`. */
function takeGreedily(state: State, count: number): number {
  const { columnOfRow, rowOfColumn, free } = state;
  let left = 0;
  let collisions = 0;
  for (let k = 0; k < count; k++) {
    const row = free[k];
    if (collisions > 8 + (k >> 4)) {
      free[left++] = row;
      continue;
    }
    const best = cheapestColumn(state, row);
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

/** The cheapest column of a row; the first among equals. */
function cheapestColumn({ size, similarity, prices }: State, row: number): number {
  const start = row * size;
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < size; j++) {
    const value = similarity[start + j] - prices[j];
    if (value > most) {
      most = value;
      best = j;
    }
  }
  return best;
}

/**
 * One pass of bids. A displaced row bids at once, or in the next pass if the price could not rise. After
 * `budget` bids the others wait.
 *
 * @returns How many rows are left in `free`.
 */
function bid(state: State, count: number, budget: number): number {
  const { free } = state;
  let left = 0;
  let bids = 0;
  let k = 0;
  while (k < count) {
    const row = free[k++];
    if (bids++ >= budget) {
      free[left++] = row;
      continue;
    }
    const displaced = bidOnce(state, row);
    if (displaced >= 0) {
      if (state.roseLast) free[--k] = displaced;
      else free[left++] = displaced;
    }
  }
  return left;
}

/** A row's bid; returns the row that it displaces, or −1. */
function bidOnce(state: State, row: number): number {
  const { prices, columnOfRow, rowOfColumn, lists } = state;
  if (lists.lengths[row] === 0) buildList(lists, row);
  findTwoCheapest(state, row);
  // Within the bound, the list's two cheapest columns are the row's.
  if (state.nextCost > lists.bounds[row]) {
    buildList(lists, row);
    findTwoCheapest(state, row);
  }
  const { cheapest, runnerUp, leastCost, nextCost } = state;
  const price = prices[cheapest];
  const raised = price + (nextCost - leastCost);
  const rises = raised > price;
  let column = cheapest;
  if (rises) prices[cheapest] = raised;
  else if (rowOfColumn[cheapest] >= 0) column = runnerUp;
  const displaced = rowOfColumn[column];
  columnOfRow[row] = column;
  rowOfColumn[column] = row;
  if (displaced >= 0) columnOfRow[displaced] = -1;
  state.roseLast = rises;
  return displaced;
}

function findTwoCheapest(state: State, row: number): void {
  const { prices, lists } = state;
  const { columns, values } = lists;
  let best = -1;
  let second = -1;
  let least = Number.POSITIVE_INFINITY;
  let next = Number.POSITIVE_INFINITY;
  const from = row * lists.capacity;
  for (let at = from, last = from + lists.lengths[row]; at < last; at++) {
    const column = columns[at];
    const cost = prices[column] - values[at];
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
  state.cheapest = best;
  state.runnerUp = second;
  state.leastCost = least;
  state.nextCost = next;
}

/** Assigns a free row along the shortest path to a free column, and raises prices to match. */
function augment(state: State, start: number): void {
  const { size, similarity, prices, rowOfColumn, lists, distance, final, offsets, heap } = state;
  state.touchedCount = 0;
  state.shortest = Number.POSITIVE_INFINITY;
  state.end = -1;
  heap.size = 0;
  offsets[start] = 0;
  if (lists.lengths[start] === 0) buildList(lists, start);
  relaxList(state, start);
  // Nothing as long as the shortest path can make it shorter.
  while (heap.size > 0 && heap.keys[0] < state.shortest) {
    const key = heap.keys[0];
    const node = heap.nodes[0];
    pop(heap);
    if (node < 0) {
      lookFurther(state, -1 - node, key);
    } else if (final[node] === 0 && key <= distance[node]) {
      final[node] = 1;
      const row = rowOfColumn[node];
      offsets[row] = prices[node] - similarity[row * size + node] - key;
      if (lists.lengths[row] === 0) buildList(lists, row);
      relaxList(state, row);
    }
  }
  raisePrices(state);
  flipPath(state, start);
}

/** Continues paths from a row to the columns on its list, and puts what is beyond the list on the heap. */
function relaxList(state: State, row: number): void {
  const { prices, lists } = state;
  const { columns, values } = lists;
  const offset = state.offsets[row];
  const from = row * lists.capacity;
  for (let at = from, last = from + lists.lengths[row]; at < last; at++) {
    const column = columns[at];
    const length = prices[column] - values[at] - offset;
    if (length < state.shortest) relax(state, row, column, length);
  }
  const bound = lists.bounds[row] - offset;
  if (bound < state.shortest) push(state.heap, bound, -1 - row);
}

/** A row's list is used up: builds it anew and, if its bound does not move, looks at the whole row. */
function lookFurther(state: State, row: number, key: number): void {
  const { size, similarity, prices, lists } = state;
  buildList(lists, row);
  const offset = state.offsets[row];
  if (lists.bounds[row] - offset > key) {
    relaxList(state, row);
    return;
  }
  const start = row * size;
  for (let column = 0; column < size; column++) {
    const length = prices[column] - similarity[start + column] - offset;
    if (length < state.shortest) relax(state, row, column, length);
  }
}

/** Notes a path to a column, if it is shorter than the one known. */
function relax(state: State, row: number, column: number, length: number): void {
  const { distance } = state;
  const before = distance[column];
  if (length >= before || state.final[column] !== 0) return;
  if (before === Number.POSITIVE_INFINITY) state.touched[state.touchedCount++] = column;
  distance[column] = length;
  state.previousRow[column] = row;
  if (state.rowOfColumn[column] < 0) {
    state.shortest = length;
    state.end = column;
  } else {
    push(state.heap, length, column);
  }
}

/** Raises the prices of final columns, so that all columns on the path cost its rows the same. */
function raisePrices({ prices, distance, final, touched, touchedCount, shortest }: State): void {
  for (let k = 0; k < touchedCount; k++) {
    const column = touched[k];
    if (final[column] !== 0) {
      prices[column] += shortest - distance[column];
      final[column] = 0;
    }
    distance[column] = Number.POSITIVE_INFINITY;
  }
}

/** Moves every row on the path one column on, from its end back to the row where it starts. */
function flipPath(state: State, start: number): void {
  const { columnOfRow, rowOfColumn, previousRow } = state;
  let column = state.end;
  for (;;) {
    const row = previousRow[column];
    rowOfColumn[column] = row;
    const next = columnOfRow[row];
    columnOfRow[row] = column;
    if (row === start) break;
    column = next;
  }
}

/** Gives the rows that like all columns equally what is left: the column of their own number if it can. */
function takeWhatIsLeft(state: State): void {
  const { columnOfRow, rowOfColumn, indifferent, indifferentCount } = state;
  for (let k = 0; k < indifferentCount; k++) {
    const row = indifferent[k];
    if (rowOfColumn[row] < 0) take(state, row, row);
  }
  let column = 0;
  for (let k = 0; k < indifferentCount; k++) {
    const row = indifferent[k];
    if (columnOfRow[row] >= 0) continue;
    while (rowOfColumn[column] >= 0) column++;
    take(state, row, column);
  }
}

function take({ columnOfRow, rowOfColumn }: State, row: number, column: number): void {
  columnOfRow[row] = column;
  rowOfColumn[column] = row;
}
