import { wasmLoader } from '../../../runtime';
import { sortRowsWasm } from './sortRowsWasm.generated';

/** The exports of assembly/sortRows.ts. */
interface Sorter {
  readonly memory: WebAssembly.Memory;
  /** Reserves memory for four rows of this length; 0 if there is not enough. */
  reserve(length: number, stretches: number): number;
  rowsAddress(): number;
  endsAddress(): number;
  sortRows(length: number, stretches: number): void;
}

/** The number of rows that are sorted together. */
const LANES = 4;

const loadSorter = /* @__PURE__ */ wasmLoader<Sorter>(sortRowsWasm);

/**
 * Sorts each stretch of each row, as the function `sortRows` does.
 *
 * @returns False, with the rows as they were, if WebAssembly, its SIMD or memory is missing.
 */
export function sortRowsInWasm(rows: Float32Array, length: number, ends: Int32Array): boolean {
  const sorter = loadSorter();
  if (!sorter?.reserve(length, ends.length)) return false;
  const { buffer } = sorter.memory;
  new Int32Array(buffer, sorter.endsAddress(), ends.length).set(ends);
  const block = new Float32Array(buffer, sorter.rowsAddress(), LANES * length);
  for (let from = 0; from < rows.length; from += block.length) {
    const some = rows.subarray(from, from + block.length);
    block.set(some);
    sorter.sortRows(length, ends.length);
    some.set(block.subarray(0, some.length));
  }
  return true;
}
