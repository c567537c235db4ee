import { reshape, slice, type Tensor } from '@tensorflow/tfjs-core';
import { toTensor, type Value } from '../../values/value';

/**
 * A bias as a vector for a fused kernel; null if there is none. tfjs-wasm refuses a vector that is a reshape of a tensor
 * of another rank, so the elements are copied.
 */
export function biasVector(bias: Value | null): Tensor | null {
  if (bias === null) return null;
  const vector = reshape(toTensor(bias), [-1]);
  return slice(vector, [0], [vector.size]);
}
