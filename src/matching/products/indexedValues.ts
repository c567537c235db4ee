import { crossOffsets, stridesOf } from '../../params/internal';

/** The values of a parameter, with an index for each axis and factors for one axis. No copy is made of them. */
export interface IndexedValues {
  /** Row-major, of shape `shape`. */
  readonly values: Float32Array;
  readonly shape: readonly number[];
  /** By axis, `[shape[axis]]`: position i has the values stored at index[i]; null for those stored at i. */
  readonly indices: readonly (Int32Array | null)[];
  /** Factors of one axis, `[shape[axis]]`, by position as stored. */
  readonly scaling: { readonly axis: number; readonly factors: Float32Array } | null;
}

/** Some positions of one axis, in the order in which they are visited. */
export interface AxisPositions {
  readonly axis: number;
  /** Null for all positions, in ascending order. */
  readonly positions: Int32Array | null;
}

/** Terms of the addresses of values, with the factors at these addresses. */
export interface Offsets {
  readonly offsets: Int32Array;
  /** As many as offsets; null if all are 1. */
  readonly factors: Float32Array | null;
}

/** The offsets and factors of every choice of positions on some axes, the last axis running fastest. */
export function offsetsOver(x: IndexedValues, axes: readonly AxisPositions[]): Offsets {
  const strides = stridesOf(x.shape);
  let offsets: Int32Array | null = null;
  let factors: Float32Array | null = null;
  for (const { axis, positions } of axes) {
    const stored = storedPositions(x, axis, positions);
    const own = x.scaling?.axis === axis ? x.scaling.factors : null;
    factors = crossFactors(factors, offsets?.length ?? 1, own, stored);
    for (let i = 0; i < stored.length; i++) stored[i] *= strides[axis];
    offsets = offsets === null ? stored : crossOffsets(offsets, stored);
  }
  return { offsets: offsets ?? Int32Array.of(0), factors };
}

/** The positions at which the values at some positions of an axis are stored: a new array. */
function storedPositions(
  { shape, indices }: IndexedValues,
  axis: number,
  positions: Int32Array | null,
): Int32Array {
  const stored = new Int32Array(positions?.length ?? shape[axis]);
  const index = indices[axis];
  for (let i = 0; i < stored.length; i++) {
    const position = positions === null ? i : positions[i];
    stored[i] = index === null ? position : index[position];
  }
  return stored;
}

/** outer[i] · own[stored[j]] at position i · stored.length + j; null for factors that are all 1. */
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
