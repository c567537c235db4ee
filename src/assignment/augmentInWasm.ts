import { wasmLoader } from '../runtime';
import { assignmentWasm } from './assignmentWasm.generated';

/** What the module exports; see assembly/assignment.ts. */
interface Solver {
  readonly memory: WebAssembly.Memory;
  /** Makes room for a problem; 0 where there is not enough memory. */
  reserve(rows: number, columns: number): number;
  similarityAddress(): number;
  pricesAddress(): number;
  columnsAddress(): number;
  /** 0, with nothing done, where a value is not finite or too large. */
  solve(cold: boolean): number;
}

const loadSolver = /* @__PURE__ */ wasmLoader<Solver>(assignmentWasm);

/**
 * `augmentOnCandidates` in WebAssembly with SIMD. It needs more than 32 columns.
 *
 * @returns The column of each row; null, with the prices as they were, where WebAssembly with SIMD or the
 * memory can't be had, or where a value is not finite (or above 1e30).
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
    if (!solver.solve(cold)) return null;
    // The memory may have grown: its buffer is another.
    prices.set(new Float64Array(solver.memory.buffer, solver.pricesAddress(), size));
    return new Int32Array(solver.memory.buffer, solver.columnsAddress(), rows).slice();
  } catch {
    return null;
  }
}
