import { stridesOf } from '../../params/internal';
import type { SquaredNorms } from '../weights/similarityKernel';
import type { Weights } from './weights';

/** Squared norms of values on typed arrays, in float64. */
export function weightNorms(weights: Weights): SquaredNorms {
  return async (network, param, axis) => {
    const values = await weights.values(network, param);
    const shape = weights.shape(param);
    const inner = stridesOf(shape)[axis];
    const norms = new Float64Array(shape[axis]);
    for (let start = 0, at = 0; start < values.length; start += inner, at++) {
      let sum = 0;
      for (let i = start; i < start + inner; i++) sum += values[i] * values[i];
      norms[at % norms.length] += sum;
    }
    return norms;
  };
}
