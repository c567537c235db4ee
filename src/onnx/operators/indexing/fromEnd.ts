import { add, less, scalar, type Tensor, tensor1d, where } from '@tensorflow/tfjs-core';

/**
 * The indices with negative ones counted from the end.
 *
 * @param size - The size of the axis, or the sizes of the axes along the last axis of the indices.
 */
export function fromEnd(indices: Tensor, size: number | readonly number[]): Tensor {
  const sizes = typeof size === 'number' ? scalar(size, 'int32') : tensor1d([...size], 'int32');
  return where(less(indices, scalar(0, 'int32')), add(indices, sizes), indices);
}
