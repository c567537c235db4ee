import { reshape, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';

/**
 * The tensor with a function applied along an axis, of which the tensor is seen as lines [outer, size, inner]. The
 * function may change the size only.
 */
export function alongLines(x: Tensor, axis: number, map: (lines: Tensor) => Tensor): Tensor {
  const { shape } = x;
  const [outer, inner] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))];
  const found = map(reshape(x, [outer, shape[axis], inner]));
  return reshape(found, shape.with(axis, found.shape[1]!));
}
