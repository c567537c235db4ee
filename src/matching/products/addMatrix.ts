import { panelWorkspace } from './panelWorkspace';

/** The number of values added at a time, which stay in the cache. */
const BLOCK = 2 ** 15;

/** The number of values below which preparing the memory takes longer than adding. */
const FEW = 2 ** 11;

/**
 * total += matrix, in WebAssembly with SIMD if there is any. Both are `[length]`.
 *
 * @param workspace - The memory for the sum; only tests pass another.
 */
export function addMatrix(
  total: Float32Array,
  matrix: Float32Array,
  workspace: typeof panelWorkspace = panelWorkspace,
): void {
  if (total.length < FEW) {
    for (let at = 0; at < total.length; at++) total[at] += matrix[at];
    return;
  }
  const { sums, right, add } = workspace({ rows: 1, columns: BLOCK, depth: 1 });
  for (let start = 0; start < total.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, total.length);
    sums.set(total.subarray(start, end));
    right.set(matrix.subarray(start, end));
    add(end - start);
    total.set(sums.subarray(0, end - start), start);
  }
}
