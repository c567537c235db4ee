/**
 * Sorting of stretches in rows of values, in WebAssembly with SIMD. `src/matching/weights/signatures/sortStretch.ts`
 * does the same in TypeScript.
 *
 * Four rows stand side by side, `[length, 4]`, and are sorted by the same comparisons: Batcher's merge exchange
 * (Knuth 1998, algorithm 5.2.2M), whose comparisons do not depend on the values.
 *
 * Compiled by scripts/buildWasm.mjs. The caller calls `reserve`, writes the ends of the stretches once, and for every
 * four rows writes them, calls `sortRows`, and reads them.
 */

let rows: usize = 0;
let lanes: usize = 0;
let ends: usize = 0;

/** Reserves memory for rows of this length and the ends of this many stretches; false if there is not enough. */
export function reserve(length: i32, stretches: i32): bool {
  const start = (<u64>__heap_base + 63) & ~63;
  const rowsEnd = start + 16 * <u64>length;
  const lanesEnd = rowsEnd + 16 * <u64>length;
  const end = lanesEnd + 4 * <u64>stretches;
  rows = <usize>start;
  lanes = <usize>rowsEnd;
  ends = <usize>lanesEnd;
  const pages = (end + 0xffff) >> 16;
  if (pages > 0xffff) return false;
  const missing = <i32>pages - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}

/** The address of four rows, `[4, length]`, which the caller writes and reads. */
export function rowsAddress(): usize {
  return rows;
}

/** The address of the ends of the stretches, `[stretches]`, which the caller writes. */
export function endsAddress(): usize {
  return ends;
}

/** Sorts each stretch of each row in ascending order. NaN is not allowed. */
export function sortRows(length: i32, stretches: i32): void {
  interleave(length);
  let start = 0;
  for (let s = 0; s < stretches; s++) {
    const end = load<i32>(ends + 4 * <usize>s);
    sortLanes(lanes + 16 * <usize>start, end - start);
    start = end;
  }
  separate(length);
}

/** lanes[k, row] = rows[row, k]. */
function interleave(length: i32): void {
  const stride = 4 * <usize>length;
  const end = rows + stride;
  let to = lanes;
  for (let from = rows; from < end; from += 4) {
    let four = v128.load32_splat(from);
    four = v128.load_lane<f32>(from + stride, four, 1);
    four = v128.load_lane<f32>(from + 2 * stride, four, 2);
    four = v128.load_lane<f32>(from + 3 * stride, four, 3);
    v128.store(to, four);
    to += 16;
  }
}

/** rows[row, k] = lanes[k, row]. */
function separate(length: i32): void {
  const stride = 4 * <usize>length;
  const end = rows + stride;
  let from = lanes;
  for (let to = rows; to < end; to += 4) {
    const four = v128.load(from);
    v128.store_lane<f32>(to, four, 0);
    v128.store_lane<f32>(to + stride, four, 1);
    v128.store_lane<f32>(to + 2 * stride, four, 2);
    v128.store_lane<f32>(to + 3 * stride, four, 3);
    from += 16;
  }
}

/** Sorts `count` values in each of four lanes. */
function sortLanes(values: usize, count: i32): void {
  if (count < 2) return;
  const highest = 1 << (31 - clz(count - 1));
  for (let p = highest; p > 0; p >>= 1) {
    exchange(values, count, p, 0, p);
    for (let q = highest; q > p; q >>= 1) exchange(values, count, p, p, q - p);
  }
}

/** Orders the pairs (i, i + distance) of all i whose bit `p` is as in `bit`. */
function exchange(values: usize, count: i32, p: i32, bit: i32, distance: i32): void {
  const last = count - distance;
  const offset = 16 * <usize>distance;
  for (let block = bit; block < last; block += 2 * p) {
    const end = values + 16 * <usize>min(block + p, last);
    for (let at = values + 16 * <usize>block; at < end; at += 16) {
      const x = v128.load(at);
      const y = v128.load(at + offset);
      v128.store(at, f32x4.pmin(x, y));
      v128.store(at + offset, f32x4.pmax(y, x));
    }
  }
}
