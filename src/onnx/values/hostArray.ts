import { sizeOf } from '../../params/internal';

/**
 * An array on the host: shapes, axes, indices, constants. Integers are exact up to ±2⁵³, which is enough for every
 * index; the ends of slices at ±2⁶³ are rounded to there.
 */
export interface HostArray {
  readonly kind: 'host';
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly shape: readonly number[];
  /** The elements, row-major. Booleans are 0 and 1. */
  readonly data: ArrayLike<number>;
  /** The integer type of the file, where it is one of 8 or 16 bits: zero points of quantisation have such types. */
  readonly smallInt?: SmallInt;
}

/** The integer types of 8 and 16 bits. */
export type SmallInt = 'int8' | 'uint8' | 'int16' | 'uint16';

/** The integer type of 8 or 16 bits with this name; undefined for other types. */
export function smallInt(name: string): SmallInt | undefined {
  return /^u?int(8|16)$/.test(name) ? (name as SmallInt) : undefined;
}

/** An array on the host. */
export function hostArray(
  dtype: HostArray['dtype'],
  shape: readonly number[],
  data: ArrayLike<number>,
): HostArray {
  if (data.length !== sizeOf(shape)) {
    throw new Error(`${data.length} values do not fill the shape [${shape}]`);
  }
  return { kind: 'host', dtype, shape, data };
}

/** A list of integers on the host, such as a shape. */
export function hostInts(data: readonly number[]): HostArray {
  return hostArray('int32', [data.length], data);
}
