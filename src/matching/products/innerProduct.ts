import { allPositions, type IndexedValues, type Offsets, offsetsOver } from './indexedValues';

/** Σ x ⊙ y over all positions, in float64. Both have the same shape. */
export function innerProduct(x: IndexedValues, y: IndexedValues): number {
  const [a, b] = [linesOf(x), linesOf(y)];
  let total = 0;
  for (let line = 0; line < a.outer.offsets.length; line++) {
    total += factorAt(a.outer, line) * factorAt(b.outer, line) * lineProduct(a, b, line);
  }
  return total;
}

/** Values along the last axis, one line for each choice of positions on the others. */
interface Lines {
  readonly values: Float32Array;
  readonly outer: Offsets;
  readonly inner: Offsets;
}

function linesOf(x: IndexedValues): Lines {
  const axes = x.shape.map((size, axis) => allPositions(axis, size));
  return {
    values: x.values,
    outer: offsetsOver(x, axes.slice(0, -1)),
    inner: offsetsOver(x, axes.slice(-1)),
  };
}

/** The inner product of two lines, without their outer factors. */
function lineProduct(a: Lines, b: Lines, line: number): number {
  const [x, y] = [a.values, b.values];
  const [atX, atY] = [a.inner.offsets, b.inner.offsets];
  const [startX, startY] = [a.outer.offsets[line], b.outer.offsets[line]];
  let sum = 0;
  if (a.inner.factors === null && b.inner.factors === null) {
    for (let j = 0; j < atX.length; j++) sum += x[startX + atX[j]] * y[startY + atY[j]];
  } else {
    for (let j = 0; j < atX.length; j++) {
      const factors = factorAt(a.inner, j) * factorAt(b.inner, j);
      sum += factors * x[startX + atX[j]] * y[startY + atY[j]];
    }
  }
  return sum;
}

function factorAt({ factors }: Offsets, i: number): number {
  return factors === null ? 1 : factors[i];
}
