import {
  broadcast_util,
  broadcastTo,
  matMul,
  reshape,
  type Tensor,
  transpose,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../../params/internal';
import { sumTo } from '../sumTo';
import type { GradientRule } from './gradientRule';

/** The operands of y = A'·B', [..., n, m]: A' [..., n, k] is A or its transpose, and B' [..., k, m] is B or its transpose. */
interface Operands {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** The rule of a matrix product of tensors `a` and `b`, whose batch axes may be broadcast. */
export const matMulRule: GradientRule = {
  saves: ['a', 'b'],
  gradients({ dy, inputs: { a, b }, attrs }) {
    const { transposeA = false, transposeB = false } = attrs as Partial<Operands>;
    const operands = { a, b, transposeA, transposeB };
    const { ofA, ofB } = isShared(operands)
      ? gradientsOfShared(dy, operands)
      : gradientsOfOperands(dy, operands);
    return { a: () => sumTo(ofA(), a.shape), b: () => sumTo(ofB(), b.shape) };
  },
};

/**
 * dA' = dy·B'ᵀ and dB' = A'ᵀ·dy, transposed where A or B is. Each transpose is an operation of its own: a product that
 * transposes is slow on wasm.
 */
function gradientsOfOperands(dy: Tensor, { a, b, transposeA, transposeB }: Operands) {
  const ofA = () =>
    transposeA
      ? product(transposeB ? transposed(b) : b, transposed(dy))
      : product(dy, transposeB ? b : transposed(b));
  const ofB = () =>
    transposeB
      ? product(transposed(dy), transposeA ? transposed(a) : a)
      : product(transposeA ? a : transposed(a), dy);
  return { ofA, ofB };
}

/** True if all of a batch is multiplied by one matrix B. */
function isShared({ a, b, transposeA }: Operands): boolean {
  return a.rank > 2 && !transposeA && sizeOf(b.shape.slice(0, -2)) === 1;
}

/** The gradients by all rows of the batch in one product. */
function gradientsOfShared(dy: Tensor, { a, b, ...flags }: Operands) {
  const rows = asMatrix(a);
  const { ofA, ofB } = gradientsOfOperands(asMatrix(dy), { a: rows, b: asMatrix(b), ...flags });
  return { ofA: () => reshape(ofA(), a.shape), ofB: () => reshape(ofB(), b.shape) };
}

function asMatrix(x: Tensor): Tensor {
  return reshape(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1)!]);
}

/** A·B. Batch axes are repeated first: the kernels of cpu and wasm are wrong for some that are broadcast. */
function product(a: Tensor, b: Tensor): Tensor {
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  return matMul(repeated(a, batch), repeated(b, batch));
}

function repeated(x: Tensor, batch: readonly number[]): Tensor {
  const shape = [...batch, ...x.shape.slice(-2)];
  return String(shape) === String(x.shape) ? x : broadcastTo(x, shape);
}

function transposed(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
