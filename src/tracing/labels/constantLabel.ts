import { stridesOf } from '../../params/internal';
import type { Constraints } from './constraints';
import { hashPair } from './indexMap';
import { type Bundle, fixedLabel, freeLabel, type Label, makeLabel } from './label';

const why = 'it meets a constant';
/** Beyond this many values a constant is fixed without a look at them. */
const maxValues = 4e6;

/**
 * The label of a constant of these values: along each axis, positions whose slices are equal may
 * change places.
 */
export function constantLabel(
  constraints: Constraints,
  shape: readonly number[],
  values: ArrayLike<number>,
): Label {
  if (values.length === 0 || values.length > maxValues) return fixedLabel(shape, why);
  if (isUniform(values)) return freeLabel(shape);
  const bits = valueBits(values);
  const strides = stridesOf(shape);
  const bundles: Bundle[] = [];
  const fixed = shape.map((size, axis) => {
    if (size === 1) return null;
    const slices = sliceHashes(bits, size, strides[axis]);
    const kinds = new Map([...new Set(slices)].map((slice, kind) => [slice, kind]));
    if (kinds.size === 1) return null;
    if (kinds.size === size) return why;
    const space = constraints.space(size);
    space.seed = Int32Array.from(slices, (slice) => kinds.get(slice)!);
    bundles.push({ space, axes: [axis] });
    return null;
  });
  return makeLabel(shape, fixed, bundles);
}

/** Whether all values are the same. */
export function isUniform(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], values[0])) return false;
  return true;
}

/** For each value a hash of its bits. */
function valueBits(values: ArrayLike<number>): Int32Array {
  const value = new Float64Array(1);
  const halves = new Int32Array(value.buffer);
  return Int32Array.from({ length: values.length }, (_, i) => {
    value[0] = Number(values[i]);
    return hashPair(halves[0], halves[1]);
  });
}

/** For each position of an axis a hash of the slice there: equal slices, equal hashes. */
function sliceHashes(bits: Int32Array, size: number, stride: number): string[] {
  const low = new Int32Array(size);
  const high = new Int32Array(size);
  for (let i = 0; i < bits.length; i++) {
    const position = Math.floor(i / stride) % size;
    const rest = i - position * stride;
    low[position] = (low[position] + hashPair(bits[i], rest)) | 0;
    high[position] = (high[position] + hashPair(rest, bits[i])) | 0;
  }
  return Array.from(low, (hash, position) => `${hash},${high[position]}`);
}
