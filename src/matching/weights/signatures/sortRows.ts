import { sortRowsInWasm } from './sortRowsInWasm';
import { sortable, sortStretch } from './sortStretch';

/** The longest stretch for WebAssembly: its comparisons grow faster than the passes of a radix sort. */
const LONGEST_FOR_WASM = 2 ** 14;

/**
 * Sorts each stretch of each row in ascending order, in WebAssembly with SIMD if there is any. NaN is not allowed; the
 * order of 0 and −0 is not determined.
 *
 * @param rows - `[units, length]`.
 * @param ends - The ends of the stretches in a row: `[stretches]`.
 */
export function sortRows(rows: Float32Array, length: number, ends: Int32Array): void {
  const longest = longestStretch(ends);
  if (longest < 2) return;
  if (longest <= LONGEST_FOR_WASM && sortRowsInWasm(rows, length, ends)) return;
  sortPlainRows(rows, length, ends);
}

/** The function `sortRows` in TypeScript. */
export function sortPlainRows(rows: Float32Array, length: number, ends: Int32Array): void {
  const sorted = sortable(rows, longestStretch(ends));
  for (let first = 0; first < rows.length; first += length) {
    let start = 0;
    for (const end of ends) {
      if (end - start > 1) sortStretch(sorted, first + start, first + end);
      start = end;
    }
  }
}

function longestStretch(ends: Int32Array): number {
  let [most, start] = [0, 0];
  for (const end of ends) {
    most = Math.max(most, end - start);
    start = end;
  }
  return most;
}
