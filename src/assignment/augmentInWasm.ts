import { wasmLoader } from '../runtime';
import { assignmentWasm } from './assignmentWasm.generated';

/** The exports of assembly/assignment/augmentOnCandidates.ts. */
interface Solver {
  readonly memory: WebAssembly.Memory;
  /** Reserves memory for a problem; 0 if there is not enough. */
  reserve(rows: number, columns: number, inFloat64: boolean): number;
  similarityAddress(): number;
  pricesAddress(): number;
  columnsAddress(): number;
  /** Solves the problem in memory; 0, without a solution, if a value is not finite or too large. */
  augmentOnCandidates(cold: boolean): number;
}

const loadSolver = /* @__PURE__ */ wasmLoader<Solver>(assignmentWasm);

/**
 * The algorithm of `augmentOnCandidates` in WebAssembly with SIMD.
 *
 * @param similarity - `[rows × columns]`, row-major, of more than 32 columns.
 * @param rows - The number of rows, at most the number of columns.
 * @param prices - `[columns]`: the initial prices, overwritten with an optimal dual solution.
 * @param cold - True if all prices are 0.
 * @returns `[rows]`: the column of each row. Null, with the prices unchanged, if WebAssembly, its SIMD or memory is
 * missing, or if a value is not finite or its magnitude is above 1e30.
 */
export function augmentInWasm(
  similarity: Float32Array | Float64Array,
  rows: number,
  prices: Float64Array,
  cold: boolean,
): Int32Array | null {
  try {
    const size = prices.length;
    const solver = loadSolver();
    if (!solver?.reserve(rows, size, similarity instanceof Float64Array)) return null;
    const { buffer } = solver.memory;
    const at = solver.similarityAddress();
    const copy =
      similarity instanceof Float64Array
        ? new Float64Array(buffer, at, similarity.length)
        : new Float32Array(buffer, at, similarity.length);
    copy.set(similarity);
    if (!cold) new Float64Array(buffer, solver.pricesAddress(), size).set(prices);
    if (!solver.augmentOnCandidates(cold)) return null;
    // If the memory has grown, its buffer is a new object.
    prices.set(new Float64Array(solver.memory.buffer, solver.pricesAddress(), size));
    return new Int32Array(solver.memory.buffer, solver.columnsAddress(), rows).slice();
  } catch {
    return null;
  }
}
