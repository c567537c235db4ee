import { crossOffsets, stridesOf } from '../../params/internal';
import { indices } from '../../permutation/internal';
import { type Place, placePositions } from '../../symmetry/internal';

/** A parameter's values, and where each position of an axis takes its own from. */
export interface IndexedValues {
  /** Row-major. */
  readonly values: Float32Array;
  readonly shape: readonly number[];
  /** By axis: position i takes what is at index[i]; null where every position takes its own. */
  readonly indices: readonly (Int32Array | null)[];
  /** What each position of one axis, as it is stored, is multiplied by. */
  readonly scaling: { readonly axis: number; readonly factors: Float32Array } | null;
}

/**
 * The units of a place as the rows of a matrix that is never written out: with k = (r, q), value k of
 * unit u is at first.offsets[u · copies + r] + rest.offsets[q], times the factors there.
 */
export interface UnitRows {
  readonly values: Float32Array;
  readonly units: number;
  readonly copies: number;
  /** By unit and copy. */
  readonly first: Offsets;
  /** Over the other axes. */
  readonly rest: Offsets;
}

interface Offsets {
  readonly offsets: Int32Array;
  readonly factors: Float32Array | null;
}

/** Positions of one axis, in the order in which they are visited. */
export interface AxisPositions {
  readonly axis: number;
  readonly positions: Int32Array;
}

/**
 * The units of a place as rows.
 *
 * @param only - Positions of one other axis that are to be visited; else all.
 */
export function unitRows(
  x: IndexedValues,
  place: Place,
  only: AxisPositions | null = null,
): UnitRows {
  const others = x.shape.flatMap((size, axis) =>
    axis === place.axis ? [] : [only?.axis === axis ? only : allPositions(axis, size)],
  );
  return {
    values: x.values,
    units: place.units,
    copies: place.copies,
    first: offsetsOver(x, [{ axis: place.axis, positions: placePositions(place) }]),
    rest: offsetsOver(x, others),
  };
}

/** Some of the rows, in memory of their own where that is not shared. */
export function someUnits(rows: UnitRows, from: number, to: number): UnitRows {
  const { offsets, factors } = rows.first;
  const [start, end] = [from * rows.copies, to * rows.copies];
  return {
    ...rows,
    units: to - from,
    first: {
      offsets: offsets.slice(start, end),
      factors: factors?.slice(start, end) ?? null,
    },
  };
}

/** How many values each row has. */
export function rowLength({ copies, rest }: UnitRows): number {
  return copies * rest.offsets.length;
}

/** Σ x ⊙ y over all positions, in float64. */
export function innerProduct(x: IndexedValues, y: IndexedValues): number {
  const axes = x.shape.map((size, axis) => allPositions(axis, size));
  const split = (each: IndexedValues): Lines => ({
    values: each.values,
    outer: offsetsOver(each, axes.slice(0, -1)),
    inner: offsetsOver(each, axes.slice(-1)),
  });
  const [a, b] = [split(x), split(y)];
  let total = 0;
  for (let i = 0; i < a.outer.offsets.length; i++) {
    total += factorAt(a.outer, i) * factorAt(b.outer, i) * lineProduct(a, b, i);
  }
  return total;
}

interface Lines {
  readonly values: Float32Array;
  readonly outer: Offsets;
  readonly inner: Offsets;
}

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

function allPositions(axis: number, size: number): AxisPositions {
  return { axis, positions: indices(size) };
}

/** Where the values are, and their factors, for every choice of positions, the last axis fastest. */
function offsetsOver(
  { shape, indices, scaling }: IndexedValues,
  axes: readonly AxisPositions[],
): Offsets {
  const strides = stridesOf(shape);
  let offsets = Int32Array.of(0);
  let factors: Float32Array | null = null;
  for (const { axis, positions } of axes) {
    const index = indices[axis];
    const stored = index ? positions.map((position) => index[position]) : positions;
    factors = crossFactors(
      factors,
      offsets.length,
      scaling?.axis === axis ? scaling.factors : null,
      stored,
    );
    const steps = stored.map((position) => position * strides[axis]);
    offsets = crossOffsets(offsets, steps);
  }
  return { offsets, factors };
}

function crossFactors(
  outer: Float32Array | null,
  outerLength: number,
  own: Float32Array | null,
  stored: Int32Array,
): Float32Array | null {
  if (outer === null && own === null) return null;
  const result = new Float32Array(outerLength * stored.length);
  let at = 0;
  for (let i = 0; i < outerLength; i++) {
    const factor = outer === null ? 1 : outer[i];
    for (const position of stored) result[at++] = own === null ? factor : factor * own[position];
  }
  return result;
}
