import { invalid } from '../../errors';
import {
  decodeValues,
  encodeFloats,
  type FloatDtype,
  quoted,
  type StoredTensor,
  storedBits,
} from '../../io/internal';
import { sizeOf } from '../../params/internal';
import { aboutFile } from '../openSafetensors';

/** The floats of one tensor of one checkpoint, as they are stored. */
export interface StoredFloats {
  readonly path: string;
  readonly stored: StoredTensor;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** So many elements are converted and added up at a time. */
const BLOCK = 2 ** 20;

/** Σ wᵢxᵢ in float64, rounded to the stored type of the result, block by block. */
export function* weightedSum(
  { name, shape }: StoredTensor,
  dtype: FloatDtype,
  inputs: readonly StoredFloats[],
  weights: readonly number[],
): Generator<Uint8Array> {
  const size = sizeOf(shape);
  for (let from = 0; from < size; from += BLOCK) {
    // From −0, which is neutral also where the values are −0.
    const sum = new Float64Array(Math.min(BLOCK, size - from)).fill(-0);
    for (const [i, input] of inputs.entries()) {
      const values = floatsOf(input, from, from + sum.length);
      for (let k = 0; k < sum.length; k++) sum[k] += weights[i] * values[k];
    }
    const bytes = encodeFloats(dtype, sum);
    assertInRange(name, dtype, sum, bytes, from);
    yield bytes;
  }
}

/** Some of the values, exact. */
function floatsOf(
  { path, stored, bytes }: StoredFloats,
  from: number,
  to: number,
): Float64Array | Float32Array {
  const each = storedBits(stored.dtype) / 8;
  const block = bytes.buffer.slice(from * each, to * each);
  return stored.dtype === 'F64'
    ? new Float64Array(block)
    : (aboutFile(path, () => decodeValues(stored, block)) as Float32Array);
}

/** Throws where a finite mean has become infinite. */
function assertInRange(
  name: string,
  dtype: FloatDtype,
  sum: Float64Array,
  bytes: Uint8Array<ArrayBuffer>,
  from: number,
): void {
  if (dtype === 'F64') return;
  const values = decodeValues({ name, dtype }, bytes.buffer);
  const at = values.findIndex((value, k) => !Number.isFinite(value) && Number.isFinite(sum[k]));
  if (at >= 0) {
    throw invalid(
      `the mean of tensor ${quoted(name)} is ${sum[at]} at flat index ${from + at}, which overflows ${dtype}`,
      'Put a checkpoint first that stores the tensor in a wider type',
    );
  }
}
