import { sizeOf } from '../../params/internal';
import { type AxisPositions, type IndexedValues, type Offsets, offsetsOver } from './indexedValues';

/** Σ x ⊙ y over all positions, in float64, line by line along the last axis. Both have the same shape. */
export function innerProduct(x: IndexedValues, y: IndexedValues): number {
  if (x.scaling !== null || y.scaling !== null) return scaledProduct(linesOf(x), linesOf(y));
  const last = x.shape.length - 1;
  const isMoved = (axis: number) => x.indices[axis] !== null || y.indices[axis] !== null;
  return last < 0 || isMoved(last)
    ? gatheredProduct(linesOf(x), linesOf(y))
    : storedProduct(x, y, x.shape.findLastIndex((_, axis) => isMoved(axis)) + 1);
}

/** Values along the last axis, one line for each choice of positions on the others. */
interface Lines {
  readonly values: Float32Array;
  readonly outer: Offsets;
  readonly inner: Offsets;
}

function linesOf(x: IndexedValues): Lines {
  const axes = allAxes(x);
  return {
    values: x.values,
    outer: offsetsOver(x, axes.slice(0, -1)),
    inner: offsetsOver(x, axes.slice(-1)),
  };
}

function allAxes({ shape }: IndexedValues): AxisPositions[] {
  return shape.map((_, axis) => ({ axis, positions: null }));
}

/**
 * The inner product without factors where only the first axes have an index: blocks of lines side by side. The
 * lines of a convolution's kernel have three values, so one loop over all of them is the fastest.
 */
function storedProduct(a: IndexedValues, b: IndexedValues, moved: number): number {
  const [x, y] = [a.values, b.values];
  const [blocksX, blocksY] = [a, b].map((each) => offsetsOver(each, allAxes(each).slice(0, moved)));
  const [startsX, startsY] = [blocksX.offsets, blocksY.offsets];
  const size = sizeOf(a.shape.slice(moved));
  const length = a.shape[a.shape.length - 1];
  let total = 0;
  for (let block = 0; block < startsX.length; block++) {
    const end = startsX[block] + size;
    for (let i = startsX[block], j = startsY[block]; i < end; ) {
      let sum = 0;
      for (const lineEnd = i + length; i < lineEnd; i++, j++) sum += x[i] * y[j];
      total += sum;
    }
  }
  return total;
}

/** The inner product without factors, for any indices. */
function gatheredProduct(a: Lines, b: Lines): number {
  const [x, y] = [a.values, b.values];
  const [linesX, linesY] = [a.outer.offsets, b.outer.offsets];
  const [atX, atY] = [a.inner.offsets, b.inner.offsets];
  let total = 0;
  for (let line = 0; line < linesX.length; line++) {
    const startX = linesX[line];
    const startY = linesY[line];
    let sum = 0;
    for (let j = 0; j < atX.length; j++) sum += x[startX + atX[j]] * y[startY + atY[j]];
    total += sum;
  }
  return total;
}

function scaledProduct(a: Lines, b: Lines): number {
  let total = 0;
  for (let line = 0; line < a.outer.offsets.length; line++) {
    total += factorAt(a.outer, line) * factorAt(b.outer, line) * scaledLine(a, b, line);
  }
  return total;
}

/** The inner product of two lines, without their outer factors. */
function scaledLine(a: Lines, b: Lines, line: number): number {
  const [x, y] = [a.values, b.values];
  const [atX, atY] = [a.inner.offsets, b.inner.offsets];
  const [startX, startY] = [a.outer.offsets[line], b.outer.offsets[line]];
  let sum = 0;
  for (let j = 0; j < atX.length; j++) {
    const factors = factorAt(a.inner, j) * factorAt(b.inner, j);
    sum += factors * x[startX + atX[j]] * y[startY + atY[j]];
  }
  return sum;
}

function factorAt({ factors }: Offsets, i: number): number {
  return factors === null ? 1 : factors[i];
}
