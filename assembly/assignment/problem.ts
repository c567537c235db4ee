/**
 * The problem in memory, and scans of its rows, four columns at a time.
 *
 * Scans use float32 and only filter; float64 decides. With p a price, g a similarity, p₃₂ and g₃₂ their float32,
 * scans see r = fl₃₂(p₃₂ − g₃₂). Rounding is monotone, so r > limit means p₃₂ − g₃₂ > limit, hence
 * p − g > limit − error where |p − p₃₂| + |g − g₃₂| ≤ error: no column that a filter leaves out costs less than
 * limit − error. Conversely, r ≤ limit means p − g < next₃₂(limit) + error. If g is float32, g₃₂ = g.
 */
import { fill, Numbers, place } from './memory';

export let rows = 0;
export let size = 0;
/** The number of columns, rounded up to a multiple of 32. */
let padded = 0;
/** `[rows × size]`, row-major. Scans read past the end of a row, where the prices are infinite. */
export let similarity = changetype<Numbers<f32>>(0);
/** True if the problem is in float64. */
export let wide = false;
/** `[rows × size]`: the similarity in float64 if the problem is wide; then `similarity` is its float32. */
export let exact = changetype<Numbers<f64>>(0);
export let prices = changetype<Numbers<f64>>(0);
export let prices32 = changetype<Numbers<f32>>(0);
/** |price − its float32| + |similarity − its float32| is at most this, everywhere. */
export let error = 0.0;
let priceError = 0.0;
let valueError = 0.0;
/** The number of changes of prices so far. */
export let revision = 0;
/** Results of scans: the least cost of each of 32 blocks, and the columns found. */
export let minima = changetype<Numbers<f32>>(0);
export let found = changetype<Numbers<i32>>(0);

/** Places a problem and the results of its scans. */
export function placeProblem(rowCount: i32, columnCount: i32, inFloat64: bool): void {
  rows = rowCount;
  size = columnCount;
  wide = inFloat64;
  padded = (size + 31) & ~31;
  exact = place<f64>(wide ? <u64>rows * size + 2 : 0);
  similarity = place<f32>(<u64>rows * size + 32);
  prices = place<f64>(size);
  prices32 = place<f32>(padded);
  minima = place<f32>(32);
  found = place<i32>(padded);
}

/** Prepares the prices for scans. They are all 0 if cold. */
export function initialisePrices(cold: bool): void {
  if (cold) fill(prices, 0, size);
  priceError = valueError = error = 0;
  for (let j = 0; j < size; j++) setPrice(j, prices[j]);
  for (let j = size; j < padded; j++) prices32[j] = f32.POSITIVE_INFINITY;
}

export function setPrice(column: i32, price: f64): void {
  prices[column] = price;
  prices32[column] = <f32>price;
  revision++;
  priceError = max(priceError, roundingOf(price));
  error = priceError + valueError;
}

/** Makes `error` cover the rounding of a row of a wide problem whose costs have at most this magnitude. */
export function coverRounding(largest: f32): void {
  if (!wide) return;
  valueError = max(valueError, roundingOf(largest) + priceError);
  error = priceError + valueError;
}

/** Slightly more than half a unit in the last place of float32; 1e-44 covers subnormal numbers. */
function roundingOf(value: f64): f64 {
  return abs(value) * 6e-8 + 1e-44;
}

export function valueAt(row: i32, column: i32): f64 {
  const at = row * size + column;
  return wide ? exact[at] : <f64>similarity[at];
}

export function costOf(row: i32, column: i32): f64 {
  return prices[column] - valueAt(row, column);
}

/** Writes the float32 of a row of a wide problem. */
export function narrowRow(row: i32): void {
  const from = row * size;
  const last = from + size;
  const g = exact;
  const to = similarity;
  let at = from;
  for (; at + 4 <= last; at += 4) {
    to.setFour(
      at,
      v128.shuffle<u64>(
        f32x4.demote_f64x2_zero(g.two(at)),
        f32x4.demote_f64x2_zero(g.two(at + 2)),
        0,
        2,
      ),
    );
  }
  for (; at < last; at++) to[at] = <f32>g[at];
}

/** A float32 greater than a value. */
export function above(value: f64): f32 {
  const rounded = <f32>value;
  return rounded + abs(rounded) * 1.2e-7 + 1e-44;
}

/** A limit for scans that passes every column whose float32 cost is at most `cost`, and every column as cheap in float64. */
export function limitAt(cost: f32): f32 {
  return above(<f64>above(cost) + 2 * error);
}

/** Writes the least float32 cost of each of 32 blocks of columns (those equal modulo 32). */
export function scanMinima(row: i32): void {
  const start = row * size;
  const last = padded;
  const p = prices32;
  const g = similarity;
  let a = f32x4.sub(p.four(0), g.four(start));
  let b = f32x4.sub(p.four(4), g.four(start + 4));
  let c = f32x4.sub(p.four(8), g.four(start + 8));
  let d = f32x4.sub(p.four(12), g.four(start + 12));
  let e = f32x4.sub(p.four(16), g.four(start + 16));
  let f = f32x4.sub(p.four(20), g.four(start + 20));
  let h = f32x4.sub(p.four(24), g.four(start + 24));
  let i = f32x4.sub(p.four(28), g.four(start + 28));
  for (let j = 32; j < last; j += 32) {
    const at = start + j;
    a = f32x4.pmin(a, f32x4.sub(p.four(j), g.four(at)));
    b = f32x4.pmin(b, f32x4.sub(p.four(j + 4), g.four(at + 4)));
    c = f32x4.pmin(c, f32x4.sub(p.four(j + 8), g.four(at + 8)));
    d = f32x4.pmin(d, f32x4.sub(p.four(j + 12), g.four(at + 12)));
    e = f32x4.pmin(e, f32x4.sub(p.four(j + 16), g.four(at + 16)));
    f = f32x4.pmin(f, f32x4.sub(p.four(j + 20), g.four(at + 20)));
    h = f32x4.pmin(h, f32x4.sub(p.four(j + 24), g.four(at + 24)));
    i = f32x4.pmin(i, f32x4.sub(p.four(j + 28), g.four(at + 28)));
  }
  const to = changetype<usize>(minima);
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
  v128.store(to, e, 64);
  v128.store(to, f, 80);
  v128.store(to, h, 96);
  v128.store(to, i, 112);
}

/** Writes the columns of a row whose float32 cost is at most the limit to `found`. Returns their number. */
export function scanUpTo(row: i32, limit: f32): i32 {
  const start = row * size;
  const last = padded;
  const p = prices32;
  const g = similarity;
  const to = found;
  const limits = f32x4.splat(limit);
  let count = 0;
  for (let j = 0; j < last; j += 16) {
    const at = start + j;
    const a = f32x4.le(f32x4.sub(p.four(j), g.four(at)), limits);
    const b = f32x4.le(f32x4.sub(p.four(j + 4), g.four(at + 4)), limits);
    const c = f32x4.le(f32x4.sub(p.four(j + 8), g.four(at + 8)), limits);
    const d = f32x4.le(f32x4.sub(p.four(j + 12), g.four(at + 12)), limits);
    const narrow = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
    for (let mask = i8x16.bitmask(narrow); mask !== 0; mask &= mask - 1)
      to[count++] = j + ctz(mask);
  }
  return count;
}

export function leastLane(v: v128): f32 {
  return min(
    min(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    min(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

export function laneSum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    f32x4.extract_lane(v, 2) +
    f32x4.extract_lane(v, 3)
  );
}
