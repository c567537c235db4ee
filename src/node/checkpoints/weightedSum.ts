import type { FloatDtype } from '../../io/internal';
import { sizeOf } from '../../params/internal';
import type { CheckpointTensor } from './checkpointFormat';
import { roundedFloats } from './roundedFloats';
import { BLOCK, floatsOf, type StoredFloats } from './storedFloats';

/** The remedy for a mean that overflows. */
export const WIDER = 'Put a checkpoint first that stores the tensor in a wider type';

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
    yield roundedFloats(sum, dtype, { subject: 'the mean of tensor', name, from, remedy: WIDER });
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
