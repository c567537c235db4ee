/**
 * For each row a list of its cheapest columns. Every column that is not on the list costs at least the row's bound.
 *
 * The cost of column j for row i is prices[j] − similarity[i, j]. Prices only rise, so a bound stays valid. A
 * list whose bound is too low is rebuilt.
 */
export interface CandidateLists {
  readonly similarity: Float32Array | Float64Array;
  readonly prices: Float64Array;
  /** The greatest number of columns on a list. */
  readonly capacity: number;
  /** `[rows × capacity]`: the columns of row i are `lengths[i]` values from i · capacity on. */
  readonly columns: Int32Array;
  /** `[rows × capacity]`: the similarity of row i for each of these columns. */
  readonly values: Float64Array;
  /** `[rows]`: the number of columns on the list of each row; 0 if it was never built. */
  readonly lengths: Int32Array;
  /** `[rows]`: a lower bound on the cost of the columns that are not on the list. */
  readonly bounds: Float64Array;
  /** The number of columns in a block. The least cost of each block is a candidate for the threshold. */
  readonly blockSize: number;
  /** Scratch: the least cost of each block. */
  readonly minima: Float64Array;
  /** Scratch: the cost of each column. */
  readonly costs: Float64Array;
}

/**
 * The least number of columns on a list, if the matrix has as many. With fewer, lists are rebuilt more often; with
 * more, each scan of a list takes longer.
 */
const WANTED = 16;

/**
 * Creates empty lists.
 *
 * @param similarity - `[rows × columns]`, row-major.
 * @param rows - The number of rows.
 * @param prices - `[columns]`; each list is built from the values at the time.
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
 * smallest of the block minima. If they do not fit, the `capacity` cheapest columns are kept.
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

/** Lists the `capacity` cheapest columns of a row. */
function keepCheapest(lists: CandidateLists, row: number): void {
  const { similarity, prices, capacity, costs } = lists;
  const size = prices.length;
  const start = row * size;
  for (let j = 0; j < size; j++) costs[j] = prices[j] - similarity[start + j];
  listUpTo(lists, row, smallest(costs, size, capacity));
}

/**
 * Lists the columns below the threshold, then as many of those at the threshold as fit.
 *
 * @returns False if those below the threshold do not fit.
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
  // Each row starts at a different column, so that equal rows do not all list the same ties.
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
