import { reshape, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { product } from '../matrix/product';

/** The tensor with an axis multiplied by a matrix [made, size], row-major. Other axes stay. */
export function applyMatrix(
  x: Tensor,
  axis: number,
  matrix: Float32Array<ArrayBuffer>,
  made: number,
): Tensor {
  const size = x.shape[axis];
  const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
  const shape = x.shape.with(axis, made);
  if (inner === 1) {
    const flipped = tensor2d(transposed(matrix, made, size), [size, made]);
    return reshape(product(reshape(x, [outer, size]), flipped), shape);
  }
  const weights = tensor2d(matrix, [made, size]);
  const slices = reshape(x, outer === 1 ? [size, inner] : [outer, size, inner]);
  return reshape(product(weights, slices), shape);
}

function transposed(
  matrix: Float32Array,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: matrix.length },
    (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)],
  );
}
