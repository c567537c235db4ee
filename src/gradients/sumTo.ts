import { broadcast_util, fill, matMul, reshape, sum, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../params/internal';

/**
 * The gradient of a broadcast: the sum over the axes along which a tensor of this shape was repeated.
 *
 * @param dy - The gradient by the result of the broadcast.
 * @param shape - The shape before the broadcast.
 */
export function sumTo(dy: Tensor, shape: readonly number[]): Tensor {
  if (dy.size === sizeOf(shape)) return reshape(dy, [...shape]);
  if (dy.size === 0) return fill([...shape], 0);
  const axes = broadcast_util.getReductionAxes([...shape], dy.shape);
  const isLeading = axes.every((axis) => axis < axes.length);
  return reshape(isLeading ? sumOfRows(dy, sizeOf(shape)) : sum(dy, axes), [...shape]);
}

/** 1ᵀX of the values as a matrix X [rows, columns]: a product, because wasm transposes for a sum over rows. */
function sumOfRows(values: Tensor, columns: number): Tensor {
  const rows = values.size / columns;
  return matMul(fill([1, rows], 1), reshape(values, [rows, columns]));
}
