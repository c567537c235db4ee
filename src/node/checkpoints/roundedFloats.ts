import { invalid } from '../../errors';
import { decodeValues, encodeFloats, type FloatDtype, quoted } from '../../io/internal';

/** A block of values of a tensor that is written. */
export interface RoundedBlock {
  /** The subject of errors, such as `the mean of tensor`, and the name of the tensor. */
  readonly subject: string;
  readonly name: string;
  /** The flat index of the first value. */
  readonly from: number;
  /** The remedy for a value that overflows. */
  readonly remedy: string;
}

/**
 * Values rounded to a stored type. Throws if a value is beyond the type: it became infinite, or NaN in a type without
 * infinities.
 */
export function roundedFloats(
  values: Float64Array<ArrayBuffer>,
  dtype: FloatDtype,
  { subject, name, from, remedy }: RoundedBlock,
): Uint8Array<ArrayBuffer> {
  const bytes = encodeFloats(dtype, values);
  if (dtype === 'F64') return bytes;
  const stored = decodeValues({ name, dtype }, bytes.buffer);
  const at = stored.findIndex(
    (value, k) =>
      (Number.isNaN(value) && !Number.isNaN(values[k])) ||
      (!Number.isFinite(value) && Number.isFinite(values[k])),
  );
  if (at >= 0) {
    throw invalid(
      `${subject} ${quoted(name)} is ${values[at]} at flat index ${from + at}, which overflows ${dtype}`,
      remedy,
      { param: name, received: values[at] },
    );
  }
  return bytes;
}
