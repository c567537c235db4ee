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
   * Column prices to start from, for a square problem: any finite values, such as `duals.columns` of
   * a similar problem. They change the time that it takes, not the objective. Left as they are.
   */
  prices?: Float64Array;
}

/**
 * Solves the linear assignment problem exactly: maximises Σ_i similarity[i, p[i]]. It is the default
 * solver of every matcher.
 *
 * Greedy choices and an auction assign most rows, shortest augmenting paths the rest, all on short
 * candidate lists with bounds, so that only a small part of the matrix is looked at more than a few
 * times. Worst case O(n³) time; memory 400 bytes for each row and column beside the matrix.
 *
 * A Float32Array of more than 32 columns is copied into WebAssembly and solved there, 3 to 5 times as
 * fast; without SIMD, under a content security policy that forbids it (`wasm-unsafe-eval` allows it)
 * or without memory for the copy the same is done in TypeScript.
 *
 * @param similarity - Row-major, n × columns, finite values; left as it is.
 * @param n - The number of rows, ≥ 0.
 * @param options - `columns`, where the problem is not square; `prices` to start from.
 * @returns The assignment (assignment[row] = column), its objective, and dual variables with
 * rows[i] + columns[j] ≥ similarity[i, j], equal on the assignment, which certify that it is optimal.
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
  { columns = n, prices }: SolveAssignmentOptions = {},
): CertifiedAssignment {
  return named('solveAssignment', () => {
    assertShape(similarity, n, columns);
    if (prices) assertPrices(prices, n, columns);
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

/** From this many columns the WebAssembly works, and is faster (Node 20: 3 times at 33, 2–5 times above). */
const COLUMNS_FOR_WASM = 33;

/** In WebAssembly where that is possible and pays; its scans find what is not finite, too. */
function augment(
  similarity: Float32Array | Float64Array,
  rows: number,
  prices: Float64Array,
  cold: boolean,
): Int32Array {
  const solved =
    similarity instanceof Float32Array && prices.length >= COLUMNS_FOR_WASM
      ? augmentInWasm(similarity, rows, prices, cold)
      : null;
  if (solved) return solved;
  assertFinite(similarity, prices.length);
  return augmentOnCandidates(similarity, rows, prices, cold);
}

function assertPrices(prices: Float64Array, rows: number, columns: number): void {
  if (rows !== columns) {
    throw invalid(
      `prices were given for ${rows} rows and ${columns} columns`,
      'Only a square problem can start from prices: leave them out',
    );
  }
  const bad = prices.findIndex((price) => !Number.isFinite(price));
  if (prices.length !== columns || bad >= 0) {
    throw invalid(
      prices.length === columns
        ? `prices[${bad}] is ${prices[bad]}`
        : `there are ${columns} columns and ${prices.length} prices`,
      'Pass one finite price for each column',
    );
  }
}
