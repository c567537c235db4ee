import { buildList, type CandidateLists, createCandidateLists } from './candidateLists';
import { createHeap, type Heap, pop, push } from './heap';

type Matrix = Float32Array | Float64Array;

/** What the phases of the solver share. Every assigned row is on a column that is cheapest for it. */
interface State {
  readonly similarity: Matrix;
  readonly rows: number;
  readonly size: number;
  readonly prices: Float64Array;
  readonly columnOfRow: Int32Array;
  readonly rowOfColumn: Int32Array;
  readonly lists: CandidateLists;
  /** Rows that wait for a column. */
  readonly free: Int32Array;
  readonly heap: Heap;
  /** By column: length of the shortest path found, the row it came from, whether it is final. */
  readonly distance: Float64Array;
  readonly previousRow: Int32Array;
  readonly final: Uint8Array;
  readonly touched: Int32Array;
  /** By row on the tree: what to take off its reduced costs to get path lengths. */
  readonly offsets: Float64Array;
}

/**
 * Assigns each of `rows` rows to one of `size` ≥ rows columns so that the sum of similarities is
 * greatest. `prices` are the column prices to start from and end as an optimal dual solution.
 *
 * Rows with the most to lose go first. Most find their column greedily or by bidding (an auction
 * without minimum increment), the rest by shortest augmenting paths. All of it looks at short
 * candidate lists instead of whole rows (see {@link CandidateLists}): in a search each list also
 * stands in the heap as a node of its own, keyed by its bound; only when that node comes first is
 * the list built anew, and only if the bound does not move is the whole row looked at.
 *
 * @param cold - Whether all prices are 0, so that rows that like all columns equally may take what is
 * left: a column never bid for still has the least price.
 * @returns The column of each row.
 */
export function augmentOnCandidates(
  similarity: Matrix,
  rows: number,
  prices: Float64Array,
  cold: boolean,
): Int32Array {
  const size = prices.length;
  const state: State = {
    similarity,
    rows,
    size,
    prices,
    columnOfRow: new Int32Array(rows).fill(-1),
    rowOfColumn: new Int32Array(size).fill(-1),
    lists: createCandidateLists(rows, size),
    free: new Int32Array(rows),
    heap: createHeap(4 * size + 64),
    distance: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
    previousRow: new Int32Array(size),
    final: new Uint8Array(size),
    touched: new Int32Array(size),
    offsets: new Float64Array(rows),
  };
  const { free, columnOfRow } = state;
  const indifferent = orderRows(state, cold);
  let count = takeGreedily(state, rows - indifferent.length);
  for (let pass = 0; pass < 2 && count > 0; pass++) count = bid(state, count, 8 * rows);
  for (let k = 0; k < count; k++) augment(state, free[k]);
  takeWhatIsLeft(state, indifferent);
  return columnOfRow;
}

/**
 * Puts the rows into `free`, those with the greatest contrast (maximum less mean, over a sample)
 * first.
 *
 * @returns The rows that like all columns equally, which are not put there; none unless cold.
 */
function orderRows({ similarity, rows, size, prices, free }: State, cold: boolean): number[] {
  const contrast = new Float64Array(rows);
  const indifferent: number[] = [];
  const ordered: number[] = [];
  const step = Math.max(1, size >> 6);
  for (let i = 0; i < rows; i++) {
    let most = Number.NEGATIVE_INFINITY;
    let sum = 0;
    let count = 0;
    for (let j = i % step; j < size; j += step) {
      const value = similarity[i * size + j] - prices[j];
      if (value > most) most = value;
      sum += value;
      count++;
    }
    contrast[i] = most - sum / count;
    const equal = cold && contrast[i] <= 0 && isConstant(similarity, i * size, size);
    (equal ? indifferent : ordered).push(i);
  }
  free.set(ordered.sort((i, k) => contrast[k] - contrast[i]));
  return indifferent;
}

function isConstant(similarity: Matrix, start: number, size: number): boolean {
  for (let j = 1; j < size; j++) if (similarity[start + j] !== similarity[start]) return false;
  return true;
}

/** Rows take their cheapest column while hardly any collide; how many are left in `free`. */
function takeGreedily(state: State, count: number): number {
  const { similarity, size, prices, columnOfRow, rowOfColumn, free } = state;
  let left = 0;
  let collisions = 0;
  for (let k = 0; k < count; k++) {
    const row = free[k];
    if (collisions > 8 + (k >> 4)) {
      free[left++] = row;
      continue;
    }
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

/**
 * One pass of bids: a free row takes its cheapest column, raises the price until its second cheapest
 * is as good, and displaces the row that was there. A displaced row bids at once, or in the next
 * pass if the price could not rise. After `budget` bids the others wait.
 *
 * @returns How many rows are left in `free`.
 */
function bid(state: State, count: number, budget: number): number {
  const { similarity, prices, columnOfRow, rowOfColumn, lists, free } = state;
  const { capacity, columns, values, lengths, bounds } = lists;
  let left = 0;
  let bids = 0;
  let k = 0;
  while (k < count) {
    const row = free[k++];
    if (bids++ >= budget) {
      free[left++] = row;
      continue;
    }
    if (lengths[row] === 0) buildList(lists, row, similarity, prices);
    let cheapest: number;
    let second: number;
    let least: number;
    let next: number;
    for (;;) {
      cheapest = -1;
      second = -1;
      least = Number.POSITIVE_INFINITY;
      next = Number.POSITIVE_INFINITY;
      const first = row * capacity;
      for (let at = first, end = first + lengths[row]; at < end; at++) {
        const cost = prices[columns[at]] - values[at];
        if (cost < least) {
          next = least;
          second = cheapest;
          least = cost;
          cheapest = columns[at];
        } else if (cost < next) {
          next = cost;
          second = columns[at];
        }
      }
      // Within the bound, the list's two cheapest columns are the row's.
      if (next <= bounds[row]) break;
      buildList(lists, row, similarity, prices);
    }
    const raised = prices[cheapest] + (next - least);
    const rises = raised > prices[cheapest];
    let column = cheapest;
    if (rises) prices[cheapest] = raised;
    else if (rowOfColumn[cheapest] >= 0) column = second;
    const displaced = rowOfColumn[column];
    columnOfRow[row] = column;
    rowOfColumn[column] = row;
    if (displaced >= 0) {
      columnOfRow[displaced] = -1;
      if (rises) free[--k] = displaced;
      else free[left++] = displaced;
    }
  }
  return left;
}

/** Assigns a free row along the shortest path to a free column, and raises prices to match. */
function augment(state: State, start: number): void {
  const { similarity, size, prices, columnOfRow, rowOfColumn, lists, heap } = state;
  const { distance, previousRow, final, touched, offsets } = state;
  const { capacity, columns, values, lengths, bounds } = lists;
  let touchedCount = 0;
  /** The shortest path to a free column found so far: nothing as long or longer is pushed. */
  let shortest = Number.POSITIVE_INFINITY;
  let end = -1;

  function relax(row: number, column: number, length: number): void {
    if (distance[column] === Number.POSITIVE_INFINITY) touched[touchedCount++] = column;
    distance[column] = length;
    previousRow[column] = row;
    if (rowOfColumn[column] < 0) {
      shortest = length;
      end = column;
    } else {
      push(heap, length, column);
    }
  }

  function relaxList(row: number): void {
    const offset = offsets[row];
    const first = row * capacity;
    for (let at = first, last = first + lengths[row]; at < last; at++) {
      const column = columns[at];
      const length = prices[column] - values[at] - offset;
      if (length < shortest && length < distance[column] && final[column] === 0) {
        relax(row, column, length);
      }
    }
    const bound = bounds[row] - offset;
    if (bound < shortest) push(heap, bound, -1 - row);
  }

  heap.size = 0;
  offsets[start] = 0;
  if (lengths[start] === 0) buildList(lists, start, similarity, prices);
  relaxList(start);
  while (heap.size > 0 && heap.keys[0] < shortest) {
    const key = heap.keys[0];
    const node = heap.nodes[0];
    pop(heap);
    if (node >= 0) {
      if (final[node] === 1 || key > distance[node]) continue;
      final[node] = 1;
      const row = rowOfColumn[node];
      offsets[row] = prices[node] - similarity[row * size + node] - key;
      if (lengths[row] === 0) buildList(lists, row, similarity, prices);
      relaxList(row);
      continue;
    }
    const row = -1 - node;
    const offset = offsets[row];
    buildList(lists, row, similarity, prices);
    if (bounds[row] - offset > key) {
      relaxList(row);
      continue;
    }
    for (let column = 0; column < size; column++) {
      const length = prices[column] - similarity[row * size + column] - offset;
      if (length < shortest && length < distance[column] && final[column] === 0) {
        relax(row, column, length);
      }
    }
  }

  for (let k = 0; k < touchedCount; k++) {
    const column = touched[k];
    if (final[column] === 1) {
      prices[column] += shortest - distance[column];
      final[column] = 0;
    }
    distance[column] = Number.POSITIVE_INFINITY;
  }
  for (let column = end; ; ) {
    const row = previousRow[column];
    rowOfColumn[column] = row;
    const next = columnOfRow[row];
    columnOfRow[row] = column;
    if (row === start) break;
    column = next;
  }
}

/** Gives the rows that like all columns equally what nobody wanted; a dead unit stays if it can. */
function takeWhatIsLeft({ columnOfRow, rowOfColumn }: State, indifferent: readonly number[]): void {
  const take = (row: number, column: number) => {
    columnOfRow[row] = column;
    rowOfColumn[column] = row;
  };
  for (const row of indifferent) if (rowOfColumn[row] < 0) take(row, row);
  let column = 0;
  for (const row of indifferent) {
    if (columnOfRow[row] >= 0) continue;
    while (rowOfColumn[column] >= 0) column++;
    take(row, column);
  }
}
