import { reshape, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Another tensor of the same values, which the caller disposes. It shares the memory: a reshape copies nothing on any
 * backend, where `clone` copies on wasm.
 */
export function shareOf(tensor: Tensor): Tensor {
  return reshape(tensor, tensor.shape);
}
