import {
  add,
  backend_util,
  broadcast_util,
  clone,
  reshape,
  type Tensor,
  type Tensor3D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { fitsAsRightOperand } from './fitsAsRightOperand';

type Inputs = Readonly<Record<string, Tensor>>;
type Attributes = Readonly<Record<string, unknown>>;

/** Runs a kernel of tfjs. */
export type RunKernel = (name: string, inputs: Inputs, attrs?: Attributes) => Tensor;

/**
 * Multiplications that take tfjs-wasm as long as the move of one value by a transpose: 10 ns, where its slow product
 * takes 1 ns for each.
 */
const PER_MOVE = 12;
/** Multiplications that take as long as the calls of the kernels around a product. */
const PER_PRODUCT = 20_000;

/** A product Y = A'·B', [m, n], of A' [m, k] and B' [k, n]: A and B, or their transposes. */
interface Product {
  readonly isFused: boolean;
  readonly a: Tensor;
  readonly b: Tensor;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** The rows of all matrices of a batch. */
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** The ways to compute a product. */
type Way = 'direct' | 'swapped' | 'unfused';

/**
 * A matrix product of tfjs-wasm by its fast kernel, which multiplies two matrices and transposes neither. All others
 * take ten times as long there: they are computed as A'·B' with explicit transposes, or as (B'ᵀ·A'ᵀ)ᵀ where that
 * moves fewer values. A batch that is multiplied by one matrix becomes one matrix.
 *
 * The slow kernel is also wrong where a bias or an activation is fused: it applies them to parts of the sums. So fused
 * products never reach it.
 *
 * @param name - A kernel of any kind, with its inputs and attributes.
 * @param run - Runs a kernel.
 * @returns The result of the kernel, with another rounding; null for a call that is best run as it is.
 */
export function fastProduct(
  name: string,
  inputs: Inputs,
  attrs: Attributes = {},
  run: RunKernel,
): Tensor | null {
  const product = productOf(name, inputs, attrs);
  const way = product && fastWay(product);
  if (!product || !way) return null;
  const call = { name, inputs, attrs };
  return tidy(() => reshape(ways[way](product, call, run), shapeOfResult(product)));
}

interface Call {
  readonly name: string;
  readonly inputs: Inputs;
  readonly attrs: Attributes;
}

const PLAIN = { transposeA: false, transposeB: false };

const ways: Readonly<Record<Way, (product: Product, call: Call, run: RunKernel) => Tensor>> = {
  direct({ a, b, transposeA, transposeB, m, k, n }, { name, inputs, attrs }, run) {
    const left = matrix(transposeA ? transposed(a) : a, m, k);
    const right = rightOperand(matrix(transposeB ? transposed(b) : b, k, n));
    return run(name, { ...inputs, a: left, b: right }, { ...attrs, ...PLAIN });
  },

  swapped({ isFused, a, b, transposeA, transposeB, m, k, n }, call, run) {
    const left = transposeB ? matrix(b, n, k) : transposed(matrix(b, k, n));
    const right = rightOperand(transposeA ? matrix(a, k, m) : transposed(matrix(a, m, k)));
    const y = transposed(run('BatchMatMul', { a: left, b: right }, PLAIN));
    return isFused ? activated(y, call) : y;
  },

  unfused({ a, b, transposeA, transposeB }, call, run) {
    return activated(run('BatchMatMul', { a, b }, { transposeA, transposeB }), call);
  },
};

/** The product that a call computes; null for a call of another kind, and for one that the kernel refuses. */
function productOf(
  name: string,
  { a, b, bias }: Inputs,
  { transposeA = false, transposeB = false }: Attributes,
): Product | null {
  const isFused = name === '_FusedMatMul';
  if (!isFused && name !== 'BatchMatMul') return null;
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || (bias && bias.rank !== 1)) return null;
  const [rows, k] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : a.shape.slice(-2);
  const [inner, n] = transposeB ? [b.shape.at(-1)!, b.shape.at(-2)!] : b.shape.slice(-2);
  if (inner !== k || a.size === 0 || b.size === 0) return null;
  const flags = { transposeA: Boolean(transposeA), transposeB: Boolean(transposeB) };
  return { isFused, a, b, ...flags, m: batchOf(a) * rows, k, n };
}

/** The way to compute a product; null if it is that of the kernel itself. */
function fastWay({ isFused, a, b, transposeA, transposeB, m, k, n }: Product): Way | null {
  const isOne = batchOf(a) === 1;
  if (batchOf(b) !== 1 || (!isOne && transposeA)) return isFused ? 'unfused' : null;
  if (isOne && !transposeA && !transposeB) return fitsAsRightOperand(b, k, n) ? null : 'direct';
  const moved = {
    direct: (transposeA ? m * k : 0) + (transposeB ? k * n : 0),
    swapped: (transposeA ? 0 : m * k) + (transposeB ? 0 : k * n) + m * n,
  };
  const least = Math.min(moved.direct, moved.swapped);
  if (!isFused && m * k * n < PER_MOVE * least + PER_PRODUCT) return null;
  return moved.direct <= moved.swapped ? 'direct' : 'swapped';
}

function shapeOfResult({ a, b, transposeA, n }: Product): number[] {
  const batch = broadcast_util.assertAndGetBroadcastShape(
    a.shape.slice(0, -2),
    b.shape.slice(0, -2),
  );
  return [...batch, transposeA ? a.shape.at(-1)! : a.shape.at(-2)!, n];
}

/** act(y + bias), as the fused kernel has it. */
function activated(
  y: Tensor,
  {
    inputs: { bias, preluActivationWeights },
    attrs: { activation = 'linear', leakyreluAlpha },
  }: Call,
): Tensor {
  return backend_util.applyActivation(
    bias ? add(y, bias) : y,
    activation as 'linear',
    preluActivationWeights,
    leakyreluAlpha as number | undefined,
  );
}

/** A right operand, copied if its values were one in another shape. */
function rightOperand(x: Tensor3D): Tensor {
  const [, k, n] = x.shape;
  return fitsAsRightOperand(x, k, n) ? x : clone(x);
}

function batchOf({ shape }: Tensor): number {
  return shape.slice(0, -2).reduce((product, size) => product * size, 1);
}

/** The values as one matrix, [1, rows, columns]. */
function matrix(x: Tensor, rows: number, columns: number): Tensor3D {
  return reshape(x, [1, rows, columns]);
}

/** The transpose of one matrix, [1, columns, rows]. */
function transposed(x: Tensor): Tensor3D {
  const [rows, columns] = x.shape.slice(-2);
  return transpose(matrix(x, rows, columns), [0, 2, 1]);
}
