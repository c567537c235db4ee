import { invalid } from '../../errors';
import { decodeValues, encodeFloats, type FloatDtype, quoted, storedBits } from '../../io/internal';
import { sizeOf } from '../../params/internal';
import { aboutFile } from '../aboutFile';
import type { CheckpointTensor } from './checkpointFormat';

/** The floats of one tensor of one checkpoint, in their stored type. */
export interface StoredFloats {
  readonly tensor: CheckpointTensor;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The number of elements that are converted and summed at a time. */
const BLOCK = 2 ** 20;

/** Tolerance of rounding for a sum of weights of 1. */
const ROUNDING = 1e-6;

/**
 * Σ wᵢxᵢ in float64, rounded to the stored type of the result, block by block. Inputs of weight 0 are
 * skipped. If the weights sum to 1, an element that is equal in all other inputs is kept exactly,
 * infinities included.
 */
export function* weightedSum(
  { name, shape }: CheckpointTensor,
  dtype: FloatDtype,
  inputs: readonly StoredFloats[],
  weights: readonly number[],
): Generator<Uint8Array> {
  const size = sizeOf(shape);
  const parts = inputs.filter((_, i) => weights[i] !== 0);
  const own = weights.filter((weight) => weight !== 0);
  const isMean = Math.abs(own.reduce((sum, weight) => sum + weight, 0) - 1) <= ROUNDING;
  for (let from = 0; from < size; from += BLOCK) {
    const to = Math.min(from + BLOCK, size);
    const values = parts.map((input) => floatsOf(input, from, to));
    const sum = summed(values, own, to - from);
    if (isMean) keepEqual(sum, values); // Weights that sum to 1 are not all 0.
    const bytes = encodeFloats(dtype, sum);
    assertInRange(name, dtype, sum, bytes, from);
    yield bytes;
  }
}

type Floats = Float64Array | Float32Array;

function summed(
  values: readonly Floats[],
  weights: readonly number[],
  length: number,
): Float64Array<ArrayBuffer> {
  // Starts from −0: 0 + −0 would lose the sign.
  const sum = new Float64Array(length).fill(values.length === 0 ? 0 : -0);
  for (const [i, each] of values.entries()) {
    for (let k = 0; k < length; k++) sum[k] += weights[i] * each[k];
  }
  return sum;
}

/** Replaces sums by the exact value where all inputs are equal. */
function keepEqual(sum: Float64Array, values: readonly Floats[]): void {
  const [first] = values;
  for (let k = 0; k < sum.length; k++) {
    let i = 1;
    while (i < values.length && values[i][k] === first[k]) i++;
    if (i === values.length) sum[k] = first[k];
  }
}

/** The values of elements `from` to before `to`, without rounding. */
function floatsOf({ tensor, bytes }: StoredFloats, from: number, to: number): Floats {
  const each = storedBits(tensor.dtype) / 8;
  const block = bytes.buffer.slice(from * each, to * each);
  return tensor.dtype === 'F64'
    ? new Float64Array(block)
    : (aboutFile(tensor.path, () => decodeValues(tensor, block)) as Float32Array);
}

/** Throws if a mean is beyond the stored type: it became infinite, or NaN in a type without infinities. */
function assertInRange(
  name: string,
  dtype: FloatDtype,
  sum: Float64Array,
  bytes: Uint8Array<ArrayBuffer>,
  from: number,
): void {
  if (dtype === 'F64') return;
  const values = decodeValues({ name, dtype }, bytes.buffer);
  const at = values.findIndex(
    (value, k) =>
      (Number.isNaN(value) && !Number.isNaN(sum[k])) ||
      (!Number.isFinite(value) && Number.isFinite(sum[k])),
  );
  if (at >= 0) {
    throw invalid(
      `the mean of tensor ${quoted(name)} is ${sum[at]} at flat index ${from + at}, which overflows ${dtype}`,
      'Put a checkpoint first that stores the tensor in a wider type',
      { param: name, received: sum[at] },
    );
  }
}
