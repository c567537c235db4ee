import { costOf, limitAt, type Problem, scanMinima, scanUpTo } from './problem';

/**
 * For each row a list of its cheapest columns. Every column that is not on the list costs at least the row's bound.
 *
 * The cost of column j for row i is prices[j] − similarity[i, j]. Prices only rise, so a bound stays valid. A
 * list whose bound is too low is rebuilt.
 */
export interface CandidateLists {
  /** `[rows × CAPACITY]`: the columns of row i are `lengths[i]` values from i · CAPACITY on. */
  readonly columns: Int32Array;
  /** `[rows × CAPACITY]`: the similarity of row i for each of these columns. */
  readonly values: Float64Array;
  /** `[rows]`: the number of columns on the list of each row; 0 if it was never built. */
  readonly lengths: Int32Array;
  /** `[rows]`: a lower bound on the cost of the columns that are not on the list. */
  readonly bounds: Float64Array;
  /** `[rows]`: the revision of the prices at which each list was built. */
  readonly revisions: Int32Array;
  /** Scratch: the costs of the columns found, and these in part ordered. */
  readonly costs: Float64Array;
  readonly ordered: Float64Array;
}

/** The greatest number of columns on a list. */
export const CAPACITY = 32;

/** Creates empty lists. */
export function createCandidateLists({ rows, size }: Problem): CandidateLists {
  return {
    columns: new Int32Array(rows * CAPACITY),
    values: new Float64Array(rows * CAPACITY),
    lengths: new Int32Array(rows),
    bounds: new Float64Array(rows),
    revisions: new Int32Array(rows),
    costs: new Float64Array(size),
    ordered: new Float64Array(size),
  };
}

/**
 * Builds the list of a row. The 32 block minima are in 4 lanes of 8; the threshold is the greatest of the third
 * smallest values of the lanes. So at least 12 columns cost at most the bound, usually about 20. If more columns
 * than fit pass the filter, the CAPACITY cheapest are kept. With fewer than 12 columns all are listed.
 */
export function buildList(problem: Problem, lists: CandidateLists, row: number): void {
  scanMinima(problem, row);
  const limit = limitAt(problem, greatestThird(problem.minima));
  const count = scanUpTo(problem, row, limit);
  lists.bounds[row] = limit - problem.error;
  lists.revisions[row] = problem.revision;
  if (count > CAPACITY) {
    keepCheapest(problem, lists, row, count);
    return;
  }
  for (let k = 0; k < count; k++) list(problem, lists, row, k, problem.found[k]);
  lists.lengths[row] = count;
}

/** True if the prices are those that the list was built from. */
export function isFresh(
  { revision }: Problem,
  { revisions }: CandidateLists,
  row: number,
): boolean {
  return revisions[row] === revision;
}

/** The greatest of the third smallest block minima of the four lanes. */
function greatestThird(minima: Float32Array): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (let lane = 0; lane < 4; lane++) {
    let first = Number.POSITIVE_INFINITY;
    let second = first;
    let third = first;
    for (let at = lane; at < minima.length; at += 4) {
      const cost = minima[at];
      if (cost < first) {
        third = second;
        second = first;
        first = cost;
      } else if (cost < second) {
        third = second;
        second = cost;
      } else if (cost < third) {
        third = cost;
      }
    }
    if (third > greatest) greatest = third;
  }
  return greatest;
}

/** Lists the CAPACITY cheapest of the columns found, and lowers the bound if a column left out costs less. */
function keepCheapest(problem: Problem, lists: CandidateLists, row: number, count: number): void {
  const { found } = problem;
  const { costs, ordered, bounds } = lists;
  for (let k = 0; k < count; k++) costs[k] = ordered[k] = costOf(problem, row, found[k]);
  const threshold = smallest(ordered, count, CAPACITY);
  let length = 0;
  for (let k = 0; k < count; k++) {
    if (costs[k] < threshold) list(problem, lists, row, length++, found[k]);
  }
  // Each row starts at a different column, so that equal rows do not all list the same ties.
  const rotation = (Math.imul(row, 40503) >>> 0) % count;
  for (let k = 0; k < count && length < CAPACITY; k++) {
    const at = k + rotation < count ? k + rotation : k + rotation - count;
    if (costs[at] === threshold) list(problem, lists, row, length++, found[at]);
  }
  lists.lengths[row] = length;
  bounds[row] = Math.min(bounds[row], threshold);
}

function list(
  { similarity, size }: Problem,
  { columns, values }: CandidateLists,
  row: number,
  at: number,
  column: number,
): void {
  columns[row * CAPACITY + at] = column;
  values[row * CAPACITY + at] = similarity[row * size + column];
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
