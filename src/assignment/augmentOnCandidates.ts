import {
  buildList,
  CAPACITY,
  type CandidateLists,
  createCandidateLists,
  isFresh,
} from './candidateLists';
import { clearReach, type FlatRows, findFlatRows, isPassedOver } from './flatRows';
import { createHeap, type Heap, pop, push } from './heap';
import {
  above,
  costOf,
  coverRounding,
  createProblem,
  limitAt,
  type Problem,
  scanMinima,
  scanUpTo,
  setPrice,
} from './problem';

const { fround } = Math;

/** The greatest finite float32. */
const LARGEST = 2 ** 128 - 2 ** 104;

/** State shared by the steps. Every assigned row is on a column that is cheapest for it. */
interface State {
  readonly problem: Problem;
  readonly columnOfRow: Int32Array;
  readonly rowOfColumn: Int32Array;
  /** Rows without a column. */
  readonly free: Int32Array;
  /** Rows whose costs are all equal. */
  readonly indifferent: Int32Array;
  indifferentCount: number;
  /** The least and the greatest cost of a row, in float32. */
  low: number;
  high: number;
  /** Scratch: the sums of every fourth cost of a row. */
  readonly sums: Float32Array;
  readonly lists: CandidateLists;
  readonly flatRows: FlatRows;
  /** The two cheapest columns of a list and their costs. */
  cheapest: number;
  runnerUp: number;
  leastCost: number;
  nextCost: number;
  /** True if the last bid raised a price. */
  roseLast: boolean;
  /** By column: the length of the shortest path found, the row before the column on it, 1 once it is final. */
  readonly distance: Float64Array;
  readonly previousRow: Int32Array;
  readonly final: Uint8Array;
  /** The columns that a path reaches. */
  readonly touched: Int32Array;
  touchedCount: number;
  /** By row on the tree: reduced cost − offset is the length of a path through the row. */
  readonly offsets: Float64Array;
  /** The shortest path to a free column found so far, and that column. */
  shortest: number;
  end: number;
  /** Columns by path length, and rows (as −1 − row) by the bound of their list. */
  readonly heap: Heap;
}

/**
 * Assigns each row to a different column so that the sum of similarities is greatest.
 *
 * Columns have prices; prices[j] − similarity[i, j] is the cost of column j for row i. An assignment is optimal
 * if every row is on a column that is cheapest for it and no unassigned column has risen in price. Each
 * step preserves this for the rows assigned so far:
 *
 * 1. `orderRows` sorts rows by contrast, the greatest first, and sets rows of equal costs aside.
 * 2. `takeGreedily`: rows take their cheapest column while few of them collide.
 * 3. `bid`, at most twice: a row takes its cheapest column, raises its price until the second cheapest costs
 *    as much, and displaces the row that was there (an auction without minimum increment).
 * 4. `augment`, for each row still free: finds a shortest path in reduced costs to a free column (Dijkstra).
 *    Every row on the path moves to the next column, and prices rise to match.
 * 5. `takeWhatIsLeft` gives the remaining columns to the rows set aside.
 *
 * Steps 3 and 4 use short candidate lists instead of whole rows (see {@link CandidateLists}). A column
 * that is not on a row's list costs at least the row's bound, so in step 4 each list also has a node in the
 * heap, with its bound as the key. When that node is on top, the list is rebuilt. If the bound does not rise, the
 * whole row is scanned. It passes over the rows that cannot shorten a path (see {@link FlatRows}).
 *
 * `assembly/assignment/augmentOnCandidates.ts` has the same functions in the same order for WebAssembly, and gives
 * the same columns and prices.
 *
 * @param similarity - `[rows × columns]`, row-major, of magnitudes up to 1e30.
 * @param rows - The number of rows, at most the number of columns.
 * @param prices - `[columns]`: the initial prices, of magnitudes up to 1e30, overwritten with an optimal dual solution.
 * @param cold - True if all prices are 0. Only then are rows set aside: a column without a bid still has the least
 * price.
 * @returns `[rows]`: the column of each row.
 */
export function augmentOnCandidates(
  similarity: Float32Array | Float64Array,
  rows: number,
  prices: Float64Array,
  cold: boolean,
): Int32Array {
  const state = initialise(similarity, rows, prices);
  let count = takeGreedily(state, orderRows(state, cold));
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
  const problem = createProblem(similarity, rows, prices);
  const { size } = problem;
  return {
    problem,
    columnOfRow: new Int32Array(rows).fill(-1),
    rowOfColumn: new Int32Array(size).fill(-1),
    free: new Int32Array(rows),
    indifferent: new Int32Array(rows),
    indifferentCount: 0,
    low: 0,
    high: 0,
    sums: new Float32Array(4),
    lists: createCandidateLists(problem),
    flatRows: findFlatRows(problem),
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
    heap: createHeap(4 * size + rows + 64),
  };
}

/**
 * Puts the rows into `free`, sorted by contrast (mean cost less the least cost), the greatest first. If cold,
 * rows whose costs are all equal go into `indifferent` instead.
 *
 * @returns The number of rows in `free`.
 */
function orderRows(state: State, cold: boolean): number {
  const { problem, free, indifferent, heap } = state;
  for (let row = 0; row < problem.rows; row++) {
    const contrast = contrastOf(state, row);
    if (cold && isConstant(state, row)) indifferent[state.indifferentCount++] = row;
    else push(heap, -contrast, row);
  }
  const count = heap.size;
  for (let k = 0; k < count; k++) {
    free[k] = heap.nodes[0];
    pop(heap);
  }
  return count;
}

/** The mean cost of a row less the least cost, over all columns, in float32 and in four sums as with SIMD. */
function contrastOf(state: State, row: number): number {
  const { problem, sums } = state;
  const { size, similarity, prices32 } = problem;
  const start = row * size;
  const whole = size & ~3;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  sums.fill(0);
  for (let j = 0; j < size; j++) {
    const cost = fround(prices32[j] - fround(similarity[start + j]));
    if (cost < low) low = cost;
    if (cost > high) high = cost;
    if (j < whole) sums[j & 3] += cost;
  }
  let total = fround(fround(fround(sums[0] + sums[1]) + sums[2]) + sums[3]);
  for (let j = whole; j < size; j++) {
    total = fround(total + fround(prices32[j] - fround(similarity[start + j])));
  }
  coverRounding(problem, Math.max(Math.abs(low), Math.abs(high)));
  state.low = low;
  state.high = high;
  return total / size - low;
}

/** True if all costs of a row are equal; it is the last row of `contrastOf`. */
function isConstant({ problem, low, high }: State, row: number): boolean {
  if (low !== high) return false;
  const first = costOf(problem, row, 0);
  for (let j = 1; j < problem.size; j++) if (costOf(problem, row, j) !== first) return false;
  return true;
}

/** Rows take their cheapest column while few of them collide. Returns the number of rows left in `free`. */
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

/** The cheapest column of a row; of several a free one, if there is one. */
function cheapestColumn({ problem, rowOfColumn }: State, row: number): number {
  const { minima, found } = problem;
  scanMinima(problem, row);
  let least32 = minima[0];
  for (let at = 1; at < minima.length; at++) least32 = Math.min(least32, minima[at]);
  const count = scanUpTo(problem, row, limitAt(problem, least32));
  let best = found[0];
  let least = costOf(problem, row, best);
  for (let k = 1; k < count; k++) {
    const column = found[k];
    const cost = costOf(problem, row, column);
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

/** The bid of one row. Returns the row that it displaces, or −1. */
function bidOnce(state: State, row: number): number {
  const { problem, columnOfRow, rowOfColumn, lists } = state;
  if (lists.lengths[row] === 0) buildList(problem, lists, row);
  findTwoCheapest(state, row);
  // Up to the bound, the two cheapest columns of the list are the two cheapest of the row.
  if (state.nextCost > lists.bounds[row]) {
    buildList(problem, lists, row);
    findTwoCheapest(state, row);
  }
  const { cheapest, runnerUp, leastCost, nextCost } = state;
  const price = problem.prices[cheapest];
  const raised = price + (nextCost - leastCost);
  const rises = raised > price;
  let column = cheapest;
  if (rises) setPrice(problem, cheapest, raised);
  else if (rowOfColumn[cheapest] >= 0) column = runnerUp;
  const displaced = rowOfColumn[column];
  columnOfRow[row] = column;
  rowOfColumn[column] = row;
  if (displaced >= 0) columnOfRow[displaced] = -1;
  state.roseLast = rises;
  return displaced;
}

function findTwoCheapest(state: State, row: number): void {
  const { lists } = state;
  const { prices } = state.problem;
  const { columns, values } = lists;
  let best = -1;
  let second = -1;
  let least = Number.POSITIVE_INFINITY;
  let next = Number.POSITIVE_INFINITY;
  const from = row * CAPACITY;
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
  const { problem, rowOfColumn, lists, flatRows, distance, final, offsets, heap } = state;
  state.touchedCount = 0;
  state.shortest = Number.POSITIVE_INFINITY;
  state.end = -1;
  heap.size = 0;
  offsets[start] = 0;
  clearReach(flatRows);
  isPassedOver(flatRows, start, 0);
  if (lists.lengths[start] === 0) buildList(problem, lists, start);
  relaxList(state, start);
  // A node at or beyond `shortest` cannot shorten the path.
  while (heap.size > 0 && heap.keys[0] < state.shortest) {
    const key = heap.keys[0];
    const node = heap.nodes[0];
    pop(heap);
    if (node < 0) {
      lookFurther(state, -1 - node, key);
    } else if (final[node] === 0 && key <= distance[node]) {
      final[node] = 1;
      const row = rowOfColumn[node];
      offsets[row] = costOf(problem, row, node) - key;
      if (isPassedOver(flatRows, row, offsets[row])) continue;
      if (lists.lengths[row] === 0) buildList(problem, lists, row);
      relaxList(state, row);
    }
  }
  raisePrices(state);
  flipPath(state, start);
}

/** Extends paths from a row to the columns on its list, and pushes a node for the columns beyond the list. */
function relaxList(state: State, row: number): void {
  const { lists } = state;
  const { prices } = state.problem;
  const { columns, values } = lists;
  const offset = state.offsets[row];
  const from = row * CAPACITY;
  for (let at = from, last = from + lists.lengths[row]; at < last; at++) {
    const column = columns[at];
    const length = prices[column] - values[at] - offset;
    if (length < state.shortest) relax(state, row, column, length);
  }
  const bound = lists.bounds[row] - offset;
  if (bound < state.shortest) push(state.heap, bound, -1 - row);
}

/** Rebuilds the list of a row whose bound is reached. If the bound does not rise, scans the whole row. */
function lookFurther(state: State, row: number, key: number): void {
  const { problem, lists } = state;
  const offset = state.offsets[row];
  if (!isFresh(problem, lists, row)) buildList(problem, lists, row);
  if (lists.bounds[row] - offset > key) {
    relaxList(state, row);
    return;
  }
  // The last term covers the rounding of the sum.
  const { shortest } = state;
  const limit = shortest + offset + problem.error + 1e-15 * (Math.abs(shortest) + Math.abs(offset));
  const count = scanUpTo(problem, row, Math.min(above(limit), LARGEST));
  for (let k = 0; k < count; k++) {
    const column = problem.found[k];
    const length = costOf(problem, row, column) - offset;
    if (length < state.shortest) relax(state, row, column, length);
  }
}

/** Records a path to a column if it is shorter than the one known. */
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

/** Raises the prices of final columns, so that each row on the path has the same cost before and after its move. */
function raisePrices(state: State): void {
  const { problem, distance, final, touched, touchedCount, shortest } = state;
  for (let k = 0; k < touchedCount; k++) {
    const column = touched[k];
    if (final[column] !== 0) {
      setPrice(problem, column, problem.prices[column] + (shortest - distance[column]));
      final[column] = 0;
    }
    distance[column] = Number.POSITIVE_INFINITY;
  }
}

/** Moves every row on the path to the next column, from the end of the path back to its start. */
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

/** Assigns the rows of equal costs to the remaining columns: to the column with the row's number if it is free. */
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
