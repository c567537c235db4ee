/**
 * Products of packed panels in WebAssembly with SIMD. `src/matching/products/multiplyPanels.ts` is the same in
 * TypeScript.
 *
 * A panel holds 4 rows of the left factor, `[depth, 4]`, or 8 rows of the right factor, `[depth, 8]`. A tile of
 * 4 × 8 sums stays in registers while k runs over the depth. A right panel stays in the first-level cache while it
 * is multiplied with a block of left panels, which fits the second level (Goto & van de Geijn 2008).
 *
 * Compiled by scripts/buildWasm.mjs. For each product the caller calls `reserve`, writes the panels and the sums,
 * calls `multiply`, and reads the sums.
 */

/** The number of rows of the left factor whose panels stay in the cache together. */
const BLOCK = 96;

let left: usize = 0;
let right: usize = 0;
let sums: usize = 0;
let spare: usize = 0;

/**
 * Reserves memory for sums `[rows × columns]`, panels of this depth and `room` bytes; false if there is not enough.
 */
export function reserve(rows: i32, columns: i32, depth: i32, room: i32): bool {
  const start = (<u64>__heap_base + 63) & ~63;
  const leftEnd = start + 4 * <u64>rows * depth;
  const rightEnd = leftEnd + 4 * <u64>columns * depth;
  const sumsEnd = rightEnd + 4 * <u64>rows * columns;
  const end = sumsEnd + <u32>room;
  left = <usize>start;
  right = <usize>leftEnd;
  sums = <usize>rightEnd;
  spare = <usize>sumsEnd;
  const pages = (end + 0xffff) >> 16;
  if (pages > 0xffff) return false;
  const missing = <i32>pages - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}

/** The address of the panels of the left factor, `[rows / 4, depth, 4]`, which the caller writes. */
export function leftAddress(): usize {
  return left;
}

/** The address of the panels of the right factor, `[columns / 8, depth, 8]`, which the caller writes. */
export function rightAddress(): usize {
  return right;
}

/** The address of the sums, `[rows × columns]`, row-major, which the caller writes and reads. */
export function sumsAddress(): usize {
  return sums;
}

/** The address of the memory for rows that {@link pack} reads, which the caller writes. */
export function spareAddress(): usize {
  return spare;
}

/**
 * Writes columns `from` … `to` − 1 of rows into panels of `width` rows, as `src/matching/products/packPanels.ts` does.
 * Value k of unit u, with k = copy · |rest| + q, is at `values` + first[u · copies + copy] + rest[q].
 */
export function pack(
  target: usize,
  width: i32,
  values: usize,
  first: usize,
  rest: usize,
  units: i32,
  copies: i32,
  restLength: i32,
  from: i32,
  to: i32,
): void {
  const stride = 4 * <usize>width;
  const step = 4 * <usize>copies;
  for (let unit = 0; unit < units; unit += width) {
    const lanes = min(width, units - unit);
    if (lanes < width) memory.fill(target, 0, stride * (to - from));
    for (let k = from; k < to; ) {
      const copy = k / restLength;
      const end = min(to, (copy + 1) * restLength);
      const starts = first + 4 * <usize>(unit * copies + copy);
      const offsets = rest + 4 * <usize>(k - copy * restLength);
      packStretch(target, stride, values, starts, step, lanes, offsets, end - k);
      target += stride * (end - k);
      k = end;
    }
  }
}

/** Writes columns of a panel whose units have their starts `step` bytes apart. */
function packStretch(
  target: usize,
  stride: usize,
  values: usize,
  starts: usize,
  step: usize,
  lanes: i32,
  offsets: usize,
  depth: i32,
): void {
  let lane = 0;
  for (; lane + 4 <= lanes; lane += 4, target += 16) {
    const at = starts + lane * step;
    const start = load<i32>(at);
    const isSideBySide =
      load<i32>(at + step) === start + 1 &&
      load<i32>(at + 2 * step) === start + 2 &&
      load<i32>(at + 3 * step) === start + 3;
    if (isSideBySide) copyLanes(target, stride, values + 4 * <usize>start, offsets, depth);
    else gatherLanes(target, stride, values, at, step, offsets, depth);
  }
  for (; lane < lanes; lane++, target += 4) {
    const start = values + 4 * <usize>load<i32>(starts + lane * step);
    for (let k = 0; k < depth; k++) {
      const value = load<f32>(start + 4 * <usize>load<i32>(offsets + 4 * <usize>k));
      store<f32>(target + stride * k, value);
    }
  }
}

/** Copies four units that lie side by side. */
function copyLanes(target: usize, stride: usize, start: usize, offsets: usize, depth: i32): void {
  const end = offsets + 4 * <usize>depth;
  for (; offsets < end; offsets += 4, target += stride) {
    v128.store(target, v128.load(start + 4 * <usize>load<i32>(offsets)));
  }
}

/** Gathers four units. */
function gatherLanes(
  target: usize,
  stride: usize,
  values: usize,
  starts: usize,
  step: usize,
  offsets: usize,
  depth: i32,
): void {
  const start0 = values + 4 * <usize>load<i32>(starts);
  const start1 = values + 4 * <usize>load<i32>(starts + step);
  const start2 = values + 4 * <usize>load<i32>(starts + 2 * step);
  const start3 = values + 4 * <usize>load<i32>(starts + 3 * step);
  const end = offsets + 4 * <usize>depth;
  for (; offsets < end; offsets += 4, target += stride) {
    const offset = 4 * <usize>load<i32>(offsets);
    let four = v128.load32_zero(start0 + offset);
    four = v128.load32_lane(start1 + offset, four, 1);
    four = v128.load32_lane(start2 + offset, four, 2);
    four = v128.load32_lane(start3 + offset, four, 3);
    v128.store(target, four);
  }
}

/** sums += left · rightᵀ. `rows` is a multiple of 4, `columns` a multiple of 8. */
export function multiply(rows: i32, columns: i32, depth: i32): void {
  const stride = 4 * <usize>columns;
  for (let blockStart = 0; blockStart < rows; blockStart += BLOCK) {
    const blockEnd = min(blockStart + BLOCK, rows);
    for (let column = 0; column < columns; column += 8) {
      const rightPanel = right + 4 * <usize>column * depth;
      for (let row = blockStart; row < blockEnd; row += 4) {
        const leftPanel = left + 4 * <usize>row * depth;
        tile(leftPanel, rightPanel, sums + row * stride + 4 * <usize>column, stride, depth);
      }
    }
  }
}

/** sums += right, elementwise, over the first `count` values. */
export function add(count: i32): void {
  const whole = count & ~3;
  for (let at = 0; at < whole; at += 4) {
    const offset = 4 * <usize>at;
    v128.store(sums + offset, f32x4.add(v128.load(sums + offset), v128.load(right + offset)));
  }
  for (let at = whole; at < count; at++) {
    const offset = 4 * <usize>at;
    store<f32>(sums + offset, load<f32>(sums + offset) + load<f32>(right + offset));
  }
}

/** Adds the product of a left and a right panel to 4 rows of 8 sums, `stride` bytes apart. */
function tile(x: usize, y: usize, sum: usize, stride: usize, depth: i32): void {
  const row1 = sum + stride;
  const row2 = row1 + stride;
  const row3 = row2 + stride;
  let sum00 = v128.load(sum);
  let sum01 = v128.load(sum, 16);
  let sum10 = v128.load(row1);
  let sum11 = v128.load(row1, 16);
  let sum20 = v128.load(row2);
  let sum21 = v128.load(row2, 16);
  let sum30 = v128.load(row3);
  let sum31 = v128.load(row3, 16);
  const end = x + 16 * <usize>depth;
  while (x < end) {
    const y0 = v128.load(y);
    const y1 = v128.load(y, 16);
    let each = v128.load32_splat(x);
    sum00 = f32x4.add(f32x4.mul(each, y0), sum00);
    sum01 = f32x4.add(f32x4.mul(each, y1), sum01);
    each = v128.load32_splat(x, 4);
    sum10 = f32x4.add(f32x4.mul(each, y0), sum10);
    sum11 = f32x4.add(f32x4.mul(each, y1), sum11);
    each = v128.load32_splat(x, 8);
    sum20 = f32x4.add(f32x4.mul(each, y0), sum20);
    sum21 = f32x4.add(f32x4.mul(each, y1), sum21);
    each = v128.load32_splat(x, 12);
    sum30 = f32x4.add(f32x4.mul(each, y0), sum30);
    sum31 = f32x4.add(f32x4.mul(each, y1), sum31);
    x += 16;
    y += 32;
  }
  v128.store(sum, sum00);
  v128.store(sum, sum01, 16);
  v128.store(row1, sum10);
  v128.store(row1, sum11, 16);
  v128.store(row2, sum20);
  v128.store(row2, sum21, 16);
  v128.store(row3, sum30);
  v128.store(row3, sum31, 16);
}
