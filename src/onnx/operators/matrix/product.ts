import { broadcastTo, matMul, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { broadcastShape } from '../../values/hostBroadcast';

/**
 * The matrix product [..., m, k] × [..., k, n] with batch axes broadcast. tfjs computes wrong products where batch
 * axes broadcast, so they are expanded first; a product with one matrix is computed as one of two matrices.
 */
export function product(a: Tensor, b: Tensor): Tensor {
  const [rows, inner, columns] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  const [batchA, batchB] = [a, b].map(({ shape }) => shape.slice(0, -2));
  if (sizeOf(batchB) === 1 && batchB.length <= batchA.length) {
    const flat = matMul(reshape(a, [-1, inner]), reshape(b, [inner, columns]));
    return reshape(flat, [...batchA, rows, columns]);
  }
  const batch = broadcastShape([batchA, batchB]);
  const whole = (tensor: Tensor, from: readonly number[]) => {
    const shape = [...batch, ...tensor.shape.slice(-2)];
    const isWhole = sizeOf(from) === sizeOf(batch);
    return reshape(isWhole ? tensor : broadcastTo(tensor, shape), [
      sizeOf(batch),
      ...tensor.shape.slice(-2),
    ]);
  };
  return reshape(matMul(whole(a, batchA), whole(b, batchB)), [...batch, rows, columns]);
}
