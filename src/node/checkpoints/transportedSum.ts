import type { FloatDtype } from '../../io/internal';
import { assertVariance } from '../../merging/internal';
import { isVariance, sizeOf } from '../../params/internal';
import { roundedFloats } from './roundedFloats';
import { BLOCK, floatsOf, type StoredFloats } from './storedFloats';

/** A tensor of a transport: that of the target, and those of the two others with their units moved. */
export interface TransportedTensor {
  readonly target: StoredFloats;
  readonly tuned: StoredFloats;
  readonly base: StoredFloats;
}

/**
 * target + λ·(tuned − base) in float64, rounded once to the type of the target, block by block. A value that the
 * fine-tuned network and its base share does not change the target's, infinities included.
 *
 * @param name - The name of the tensor, for errors.
 */
export function* transportedSum(
  name: string,
  dtype: FloatDtype,
  { target, tuned, base }: TransportedTensor,
  scale: number,
): Generator<Uint8Array> {
  const size = sizeOf(target.tensor.shape);
  for (let from = 0; from < size; from += BLOCK) {
    const to = Math.min(from + BLOCK, size);
    const [own, after, before] = [target, tuned, base].map((each) => floatsOf(each, from, to));
    const sum = Float64Array.from(own);
    for (let k = 0; k < sum.length; k++) {
      if (after[k] !== before[k]) sum[k] += scale * (after[k] - before[k]);
    }
    if (isVariance(name)) assertVariance(name, sum, own, from);
    yield roundedFloats(sum, dtype, { subject: SUBJECT, name, from, remedy: REMEDY });
  }
}

const SUBJECT = 'the sum for tensor';
const REMEDY = 'Pass a smaller scale, or a target that stores the tensor in a wider type';
