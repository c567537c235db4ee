import { assertOptions, kindOf } from '../checks';
import { invalid, named } from '../errors';
import {
  type AssignmentOptions,
  assertFinite,
  assertShape,
  assignmentObjective,
  type CertifiedAssignment,
  transposed,
} from './assignment';
import { augmentInWasm } from './augmentInWasm';
import { augmentOnCandidates } from './augmentOnCandidates';

/** Options of {@link solveAssignment}. */
export interface SolveAssignmentOptions extends AssignmentOptions {
  /**
   * `[columns]`: initial prices of the columns, for a square problem. Any finite values are valid, such as
   * `duals.columns` of a similar problem. They affect the time taken, not the objective. Not changed. Default: 0.
   */
  prices?: Float64Array;
}

/**
 * Solves the linear assignment problem exactly: maximises Σ_i similarity[i, p[i]]. It is the default
 * solver of every matcher.
 *
 * Greedy choices and an auction assign most rows; shortest augmenting paths assign the rest. They use short
 * candidate lists with bounds, so most of the matrix is read only a few times. The worst case takes O(n³)
 * time. The memory is 500 bytes for each row and column, in addition to the matrix.
 *
 * A matrix with more than 32 columns is copied into WebAssembly and solved there, 3 to 5 times as fast. A
 * Float64Array takes hardly longer than a Float32Array: float32 scans select a few columns, and these
 * are compared in float64. The same algorithm runs in TypeScript if there is no SIMD, if a content security policy
 * forbids WebAssembly (`wasm-unsafe-eval` allows it), or if there is no memory for the copy (4 bytes for each
 * value of a Float32Array, 12 for each of a Float64Array). The assignment and the duals are the same.
 *
 * @param similarity - `[n × columns]`, row-major, finite; not changed.
 * @param n - The number of rows, ≥ 0.
 * @param options - `columns`, for a problem that is not square; `prices`, the initial prices.
 * @returns The assignment, `[n]` with assignment[row] = column, its objective, and the dual variables that
 * certify it: rows[i] + columns[j] ≥ similarity[i, j], with equality on the assignment.
 * @throws InvalidInputError when a size is wrong or a value is NaN or infinite.
 * @see Bertsekas 1988; Jonker & Volgenant 1987.
 *
 * @example
 * ```ts
 * import { solveAssignment } from 'perm-lmc';
 *
 * const { assignment, objective } = solveAssignment(Float64Array.of(1, 5, 4, 6), 2);
 * // assignment: Int32Array [1, 0], objective: 9
 * solveAssignment(Float64Array.of(1, 5, 4), 1, { columns: 3 }).assignment; // Int32Array [1]
 * ```
 */
export function solveAssignment(
  similarity: Float32Array | Float64Array,
  n: number,
  options: SolveAssignmentOptions = {},
): CertifiedAssignment {
  return named('solveAssignment', () => {
    assertOptions(options, { columns: true, prices: true });
    const { columns = n, prices } = options;
    assertShape(similarity, n, columns);
    if (prices !== undefined) assertPrices(prices, n, columns);
    if (n > columns) {
      assertFinite(similarity, columns);
      return transposed(similarity, n, columns, (flipped) =>
        solveAssignment(flipped, columns, { columns: n }),
      );
    }
    const duals = {
      rows: new Float64Array(n),
      columns: prices ? Float64Array.from(prices) : new Float64Array(columns),
    };
    const assignment = augment(similarity, n, duals.columns, prices === undefined);
    for (let i = 0; i < n; i++) {
      duals.rows[i] = similarity[i * columns + assignment[i]] - duals.columns[assignment[i]];
    }
    return {
      assignment,
      objective: assignmentObjective(similarity, assignment, columns),
      duals,
    };
  });
}

/** The least number of columns for WebAssembly, which is faster from there on (3 times at 33). */
const COLUMNS_FOR_WASM = 33;

/** Solves in WebAssembly if that is possible and faster. Its scans also detect values that are not finite. */
function augment(
  similarity: Float32Array | Float64Array,
  rows: number,
  prices: Float64Array,
  cold: boolean,
): Int32Array {
  const solved =
    prices.length >= COLUMNS_FOR_WASM ? augmentInWasm(similarity, rows, prices, cold) : null;
  if (solved) return solved;
  assertFinite(similarity, prices.length);
  const largest = Math.max(largestSize(similarity), largestSize(prices));
  return largest > LARGEST
    ? augmentScaled(similarity, rows, prices, cold, largest)
    : augmentOnCandidates(similarity, rows, prices, cold);
}

/** The greatest magnitude for which no sum of prices overflows float32. */
const LARGEST = 1e30;

/** Solves the problem divided by a power of two, which changes neither the digits nor the assignment. */
function augmentScaled(
  similarity: Float32Array | Float64Array,
  rows: number,
  prices: Float64Array,
  cold: boolean,
  largest: number,
): Int32Array {
  const scale = 2 ** Math.ceil(Math.log2(largest) - 1);
  const scaled = Float64Array.from(similarity, (value) => value / scale);
  prices.forEach((price, j) => {
    prices[j] = price / scale;
  });
  const assignment = augment(scaled, rows, prices, cold);
  prices.forEach((price, j) => {
    prices[j] = price * scale;
  });
  return assignment;
}

function largestSize(values: Float32Array | Float64Array): number {
  let largest = 0;
  for (let at = 0; at < values.length; at++) largest = Math.max(largest, Math.abs(values[at]));
  return largest;
}

function assertPrices(prices: Float64Array, rows: number, columns: number): void {
  if (rows !== columns) {
    throw invalid(
      `prices were given for ${rows} rows and ${columns} columns`,
      'Leave them out: only a square problem can start from prices',
      { param: 'prices', received: [rows, columns] },
    );
  }
  if (!(prices instanceof Float64Array)) {
    throw invalid(
      `prices must be a Float64Array, received ${kindOf(prices)}`,
      'Pass the duals of another assignment, or leave them out',
      { param: 'prices', received: prices },
    );
  }
  const bad = prices.findIndex((price) => !Number.isFinite(price));
  if (prices.length !== columns || bad >= 0) {
    throw invalid(
      prices.length === columns
        ? `prices[${bad}] is ${prices[bad]}`
        : `there are ${columns} columns and ${prices.length} prices`,
      'Pass one finite price for each column',
      { param: 'prices', received: prices.length === columns ? prices[bad] : prices.length },
    );
  }
}
