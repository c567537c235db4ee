import { add, mul, type Tensor } from '@tensorflow/tfjs-core';
import { mixTensors } from '../merging/internal';

/** The output of a linear function on a network, and the weight of the network. */
export interface WeightedOutput {
  readonly output: Tensor;
  readonly weight: number;
}

/**
 * Σ wᵢ·outputᵢ. With a negative weight, outputs that are infinite in all networks could cancel to NaN. Only then are
 * shared values looked for.
 */
export function mixOutputs(parts: readonly WeightedOutput[]): Tensor {
  if (parts.every(({ weight }) => weight >= 0)) return sumOf(weighted(parts));
  return mixTensors(
    parts.map(({ output }) => output),
    parts.map(({ weight }) => weight),
  );
}

/** wᵢ·outputᵢ. */
export function weighted(parts: readonly WeightedOutput[]): Tensor[] {
  return parts.map(({ output, weight }) => (weight === 1 ? output : mul(output, weight)));
}

/** The sum of one or more tensors. */
export function sumOf(tensors: readonly Tensor[]): Tensor {
  return tensors.reduce((sum, tensor) => add(sum, tensor));
}
