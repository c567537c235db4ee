import {
  add,
  cast,
  expandDims,
  fused,
  matMul,
  mul,
  reshape,
  slice1d,
  sum,
  type Tensor,
  type Tensor1D,
  zeros,
} from '@tensorflow/tfjs-core';
import { invalid } from '../../../errors';
import { sizeOf } from '../../../params/internal';
import { broadcastShape } from '../../values/broadcastShape';
import { expanded } from '../kernels/expanded';
import { onJoinedAxes } from '../kernels/onJoinedAxes';

/**
 * The matrix product [..., m, k] × [..., k, n] with batch axes broadcast, plus a bias that broadcasts to it.
 *
 * A product with one matrix is computed as one of two matrices, with the bias in the same kernel. tfjs computes wrong
 * products where batch axes broadcast, so they are expanded first.
 */
export function product(a: Tensor, b: Tensor, bias: Tensor | null = null): Tensor {
  const [rows, inner, columns] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  if (b.shape.at(-2) !== inner) {
    throw invalid(
      `matrices of shapes [${a.shape}] and [${b.shape}] cannot be multiplied`,
      'Pass an input of a shape that the graph takes',
      { param: 'input', received: [a.shape, b.shape] },
    );
  }
  const [batchA, batchB] = [a, b].map(({ shape }) => shape.slice(0, -2));
  const batch = broadcastShape([batchA, batchB]);
  const shape = [...batch, rows, columns];
  if (sizeOf([...shape, inner]) === 0) return plus(zeros(shape, a.dtype as 'float32'), bias);
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return plus(integerProduct(a, b), bias);
  if (sizeOf(batchB) === 1) {
    const height = sizeOf(batchA) * rows;
    const [left, right] = [reshape(a, [height, inner]), reshape(b, [inner, columns])];
    const row = rowOf(bias, columns);
    if (row) return reshape(fused.matMul({ a: left, b: right, bias: row }), shape);
    return plus(reshape(matMul(left, right), shape), bias);
  }
  // The batch axes stay apart: joined, a tracer would have to follow each element of the attention heads.
  const whole = (tensor: Tensor) => {
    const own = tensor.shape.slice(0, -2);
    const to = [...batch, ...tensor.shape.slice(-2)];
    if (own.join() === batch.join()) return tensor;
    return sizeOf(own) === sizeOf(batch) ? reshape(tensor, to) : expanded(tensor, to);
  };
  return plus(matMul(whole(a), whole(b)), bias);
}

/**
 * The bias as a row [columns], which the fused kernel adds; null if it has another shape. It is a copy: the kernel of
 * wasm refuses tensors that were reshaped to rank 1.
 */
function rowOf(bias: Tensor | null, columns: number): Tensor1D | null {
  const isRow = bias?.dtype === 'float32' && bias.size === columns && bias.shape.at(-1) === columns;
  return isRow ? slice1d(reshape(bias, [columns]), 0, columns) : null;
}

function plus(found: Tensor, bias: Tensor | null): Tensor {
  return bias ? onJoinedAxes([found, bias], ([sums, added]) => add(sums, added)) : found;
}

/** The exact product of integers: the kernels of wasm multiply matrices of floats only. */
function integerProduct(a: Tensor, b: Tensor): Tensor {
  const [left, right] = [a, b].map((each) => cast(each, 'int32'));
  return sum(mul(expandDims(left, -1), expandDims(right, -3)), -2);
}
