/**
 * For each row the few columns that are cheapest for it: a list of columns with the property that
 * every column left out costs at least the row's bound.
 *
 * The cost of column j for row i is prices[j] − similarity[i, j]. Prices only rise, so a bound stays valid;
 * a list that has become too weak is built anew.
 */
export interface CandidateLists {
  readonly similarity: Float32Array | Float64Array;
  readonly prices: Float64Array;
  /** Room for this many columns in each list. */
  readonly capacity: number;
  /** Columns of row i: from i · capacity, `lengths[i]` of them. */
  readonly columns: Int32Array;
  /** The similarity of row i for each of them. */
  readonly values: Float64Array;
  /** How many columns the list of each row holds; 0 where it was never built. */
  readonly lengths: Int32Array;
  /** The least that a column left out can cost. */
  readonly bounds: Float64Array;
  /** How many columns make a block; the least cost of each block is a candidate threshold. */
  readonly blockSize: number;
  /** Scratch: the least cost of each block. */
  readonly minima: Float64Array;
  /** Scratch: the cost of each column. */
  readonly costs: Float64Array;
}

/**
 * How many columns a list holds at least: enough that lists are seldom built anew, few enough that
 * looking through one is cheap.
 */
const WANTED = 16;

/**
 * Empty lists.
 *
 * @param similarity - `[rows × columns]`, row-major.
 * @param rows - The number of rows.
 * @param prices - `[columns]`; a list is built at the prices of that moment.
 */
export function createCandidateLists(
  similarity: Float32Array | Float64Array,
  rows: number,
  prices: Float64Array,
): CandidateLists {
  const size = prices.length;
  const blockSize = Math.max(1, Math.ceil(size / (2 * WANTED)));
  const capacity = Math.min(size, 2 * WANTED);
  return {
    similarity,
    prices,
    capacity,
    columns: new Int32Array(rows * capacity),
    values: new Float64Array(rows * capacity),
    lengths: new Int32Array(rows),
    bounds: new Float64Array(rows),
    blockSize,
    minima: new Float64Array(Math.ceil(size / blockSize)),
    costs: new Float64Array(size),
  };
}

/**
 * Builds the list of a row: all columns whose cost is at most the threshold, the {@link WANTED}-th
 * smallest of the block minima. If more than fit cost as little, exactly the cheapest are kept.
 */
export function buildList(lists: CandidateLists, row: number): void {
  const { minima } = lists;
  scanMinima(lists, row);
  const threshold = smallest(minima, minima.length, Math.min(WANTED, minima.length));
  if (!listUpTo(lists, row, threshold)) keepCheapest(lists, row);
}

/** Writes the least cost of each block of columns. */
function scanMinima(lists: CandidateLists, row: number): void {
  const { similarity, prices, blockSize, minima } = lists;
  const size = prices.length;
  const start = row * size;
  for (let block = 0, from = 0; from < size; block++, from += blockSize) {
    const to = Math.min(size, from + blockSize);
    let least = Number.POSITIVE_INFINITY;
    for (let j = from; j < to; j++) {
      const cost = prices[j] - similarity[start + j];
      if (cost < least) least = cost;
    }
    minima[block] = least;
  }
}

/** Lists exactly the `capacity` cheapest columns, so that none left out is cheaper than the bound. */
function keepCheapest(lists: CandidateLists, row: number): void {
  const { similarity, prices, capacity, costs } = lists;
  const size = prices.length;
  const start = row * size;
  for (let j = 0; j < size; j++) costs[j] = prices[j] - similarity[start + j];
  listUpTo(lists, row, smallest(costs, size, capacity));
}

/**
 * Lists the columns below the threshold and, as far as there is room, those at it.
 *
 * @returns False if those below it alone do not fit.
 */
function listUpTo(lists: CandidateLists, row: number, threshold: number): boolean {
  const { similarity, prices, capacity, columns, values } = lists;
  const size = prices.length;
  const start = row * size;
  const first = row * capacity;
  let length = 0;
  for (let j = 0; j < size; j++) {
    const value = similarity[start + j];
    if (prices[j] - value < threshold) {
      if (length === capacity) return false;
      columns[first + length] = j;
      values[first + length++] = value;
    }
  }
  // Rows begin at different columns, so that equal rows do not all list the same ties.
  const rotation = (row * 40503) % size;
  for (let k = 0; k < size && length < capacity; k++) {
    const j = k + rotation < size ? k + rotation : k + rotation - size;
    const value = similarity[start + j];
    if (prices[j] - value === threshold) {
      columns[first + length] = j;
      values[first + length++] = value;
    }
  }
  lists.lengths[row] = length;
  lists.bounds[row] = length === size ? Number.POSITIVE_INFINITY : threshold;
  return true;
}

/** The k-th smallest (from 1) of the first `count` values, which it reorders (quickselect). */
function smallest(values: Float64Array, count: number, k: number): number {
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
