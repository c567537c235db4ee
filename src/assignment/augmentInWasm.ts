import { wasmLoader } from '../runtime';
import { assignmentWasm } from './assignmentWasm.generated';

/** The exports of assembly/assignment/augmentOnCandidates.ts. */
interface Solver {
  readonly memory: WebAssembly.Memory;
  /** Makes room for a problem; 0 where there is not enough memory. */
  reserve(rows: number, columns: number): number;
  similarityAddress(): number;
  pricesAddress(): number;
  columnsAddress(): number;
  /** 0, with nothing done, where a value is not finite or too large. */
  augmentOnCandidates(cold: boolean): number;
}

const loadSolver = /* @__PURE__ */ wasmLoader<Solver>(assignmentWasm);

/**
 * Does the work of `augmentOnCandidates` in WebAssembly with SIMD.
 *
 * @param similarity - `[rows × columns]`, row-major, of more than 32 columns.
 * @param rows - The number of rows, at most the number of columns.
 * @param prices - `[columns]`: the prices to start from; they end as an optimal dual solution.
 * @param cold - True if all prices are 0.
 * @returns `[rows]`: the column of each row. Null, with the prices as they were, where there is no WebAssembly
 * with SIMD or no memory, or where a value is not finite or above 1e30.
 */
export function augmentInWasm(
  similarity: Float32Array,
  rows: number,
  prices: Float64Array,
  cold: boolean,
): Int32Array | null {
  try {
    const size = prices.length;
    const solver = loadSolver();
    if (!solver?.reserve(rows, size)) return null;
    const { buffer } = solver.memory;
    new Float32Array(buffer, solver.similarityAddress(), similarity.length).set(similarity);
    if (!cold) new Float64Array(buffer, solver.pricesAddress(), size).set(prices);
    if (!solver.augmentOnCandidates(cold)) return null;
    // The memory may have grown: its buffer is another.
    prices.set(new Float64Array(solver.memory.buffer, solver.pricesAddress(), size));
    return new Int32Array(solver.memory.buffer, solver.columnsAddress(), rows).slice();
  } catch {
    return null;
  }
}
