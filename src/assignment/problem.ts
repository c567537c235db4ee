/**
 * An assignment problem, and scans of its rows.
 *
 * Scans use float32 and only filter; float64 decides. With p a price, g a similarity, p₃₂ and g₃₂ their float32,
 * scans see r = fl₃₂(p₃₂ − g₃₂). Rounding is monotone, so r > limit means p₃₂ − g₃₂ > limit, hence
 * p − g > limit − error where |p − p₃₂| + |g − g₃₂| ≤ error: no column that a filter leaves out costs less than
 * limit − error. Conversely, r ≤ limit means p − g < next₃₂(limit) + error. If g is float32, g₃₂ = g.
 *
 * WebAssembly scans four columns at a time (`assembly/assignment/problem.ts`). Here the same is done one by one, so
 * that both find the same columns and the same assignment.
 */
export interface Problem {
  readonly rows: number;
  readonly size: number;
  /** `[rows × size]`, row-major. */
  readonly similarity: Float32Array | Float64Array;
  readonly prices: Float64Array;
  readonly prices32: Float32Array;
  /** |price − its float32| + |similarity − its float32| is at most this, everywhere. */
  error: number;
  priceError: number;
  valueError: number;
  /** The number of changes of prices so far. */
  revision: number;
  /** Results of scans: the least cost of each of 32 blocks, and the columns found. */
  readonly minima: Float32Array;
  readonly found: Int32Array;
}

/** The number of blocks of a scan: column j is in block j mod 32. */
const BLOCKS = 32;

const { abs, fround, max } = Math;

/**
 * Prepares a problem for scans.
 *
 * @param similarity - `[rows × columns]`, row-major, of magnitudes up to 1e30.
 * @param rows - The number of rows.
 * @param prices - `[columns]`: the initial prices, of magnitudes up to 1e30.
 */
export function createProblem(
  similarity: Float32Array | Float64Array,
  rows: number,
  prices: Float64Array,
): Problem {
  const size = prices.length;
  const problem: Problem = {
    rows,
    size,
    similarity,
    prices,
    prices32: new Float32Array(size),
    error: 0,
    priceError: 0,
    valueError: 0,
    revision: 0,
    minima: new Float32Array(BLOCKS),
    found: new Int32Array(size),
  };
  for (let j = 0; j < size; j++) setPrice(problem, j, prices[j]);
  return problem;
}

export function setPrice(problem: Problem, column: number, price: number): void {
  problem.prices[column] = price;
  problem.prices32[column] = price;
  problem.revision++;
  problem.priceError = max(problem.priceError, roundingOf(price));
  problem.error = problem.priceError + problem.valueError;
}

/** Makes `error` cover the rounding of a row in float64 whose costs have at most this magnitude. */
export function coverRounding(problem: Problem, largest: number): void {
  if (problem.similarity instanceof Float32Array) return;
  problem.valueError = max(problem.valueError, roundingOf(largest) + problem.priceError);
  problem.error = problem.priceError + problem.valueError;
}

/** Slightly more than half a unit in the last place of float32; 1e-44 covers subnormal numbers. */
function roundingOf(value: number): number {
  return abs(value) * 6e-8 + 1e-44;
}

export function costOf({ prices, similarity, size }: Problem, row: number, column: number): number {
  return prices[column] - similarity[row * size + column];
}

/** A float32 greater than a value. */
export function above(value: number): number {
  const rounded = fround(value);
  const raised = fround(rounded + fround(abs(rounded) * RAISE));
  return fround(raised + LEAST);
}

const RAISE = fround(1.2e-7);
const LEAST = fround(1e-44);

/** A limit for scans that passes every column whose float32 cost is at most `cost`, and every column as cheap in float64. */
export function limitAt({ error }: Problem, cost: number): number {
  return above(above(cost) + 2 * error);
}

/** Writes the least float32 cost of each of 32 blocks of columns (those equal modulo 32). */
export function scanMinima({ size, similarity, prices32, minima }: Problem, row: number): void {
  const start = row * size;
  for (let block = 0; block < BLOCKS; block++) {
    let least = Number.POSITIVE_INFINITY;
    for (let j = block; j < size; j += BLOCKS) {
      const cost = prices32[j] - fround(similarity[start + j]);
      if (cost < least) least = cost;
    }
    // Rounding is monotone, so it is enough to round the least cost.
    minima[block] = least;
  }
}

/** Writes the columns of a row whose float32 cost is at most the limit to `found`. Returns their number. */
export function scanUpTo(
  { size, similarity, prices32, found }: Problem,
  row: number,
  limit: number,
): number {
  const start = row * size;
  // Most costs are beyond this limit and need no rounding.
  const roughLimit = above(limit);
  let count = 0;
  for (let j = 0; j < size; j++) {
    const cost = prices32[j] - fround(similarity[start + j]);
    if (cost <= roughLimit && fround(cost) <= limit) found[count++] = j;
  }
  return count;
}
