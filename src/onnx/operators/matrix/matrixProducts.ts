import { mul, reshape, scalar, type Tensor } from '@tensorflow/tfjs-core';
import {
  permutedValue,
  type TensorValue,
  tensorValue,
  toTensor,
  type Value,
} from '../../values/value';
import { allOnHost, type Call, inputAt, type Operators, optionalAt } from '../operator';
import { contraction } from './contraction';
import { fusedActivation } from './fusedActivation';
import { product } from './product';

/** Products of matrices. */
export const matrixProducts: Operators = {
  MatMul: { run: matMulOf },
  Gemm: { run: (call) => tensorValue(gemm(call)) },
  'com.microsoft.FusedMatMul': { run: fusedMatMul },
  'com.microsoft.FusedGemm': { run: fusedGemm },
};

function matMulOf(call: Call): Value {
  const [a, b] = [inputAt(call, 0), inputAt(call, 1)];
  if (allOnHost([a, b])) return labelledProduct(a, b);
  return tensorValue(numpyProduct(toTensor(a), toTensor(b)));
}

/** The product as numpy's matmul: vectors get an axis, which the result loses. */
function numpyProduct(a: Tensor, b: Tensor): Tensor {
  const left = a.rank === 1 ? reshape(a, [1, a.size]) : a;
  const right = b.rank === 1 ? reshape(b, [b.size, 1]) : b;
  const found = product(left, right);
  if (a.rank > 1 && b.rank > 1) return found;
  const rows = a.rank === 1 ? [] : [found.shape.at(-2)!];
  const columns = b.rank === 1 ? [] : [found.shape.at(-1)!];
  return reshape(found, [...found.shape.slice(0, -2), ...rows, ...columns]);
}

/** The product of values on the host. */
function labelledProduct(a: Value, b: Value): Value {
  const batch = (rank: number) =>
    Array.from({ length: Math.max(0, rank - 2) }, (_, i) => `${rank - 2 - i}`);
  const [rankA, rankB] = [a.shape.length, b.shape.length];
  const rows = rankA > 1 ? ['m'] : [];
  const columns = rankB > 1 ? ['n'] : [];
  return contraction(
    [
      { value: a, labels: [...batch(rankA), ...rows, 'k'] },
      { value: b, labels: [...batch(rankB), 'k', ...columns] },
    ],
    [...batch(Math.max(rankA, rankB)), ...rows, ...columns],
  );
}

/** α·A′·B′ + β·C. Transposes are made before the product: with them tfjs-wasm is ten times slower. */
function gemm(call: Call): Tensor {
  const { attributes } = call;
  const matrix = (index: number, attribute: string) => {
    const value = asTensorValue(inputAt(call, index));
    return toTensor(attributes.number(attribute, 0) === 0 ? value : permutedValue(value, [1, 0]));
  };
  const [a, b] = [matrix(0, 'transA'), matrix(1, 'transB')];
  const alpha = attributes.number('alpha', 1);
  const given = optionalAt(call, 2);
  const bias = given && scaled(toTensor(given), attributes.number('beta', 1));
  if (alpha === 1) return product(a, b, bias);
  // α is applied to the smaller of what it may scale.
  return a.size < b.size ? product(scaled(a, alpha), b, bias) : product(a, scaled(b, alpha), bias);
}

function scaled(tensor: Tensor, factor: number): Tensor {
  return factor === 1 ? tensor : mul(tensor, scalar(factor, tensor.dtype as 'float32'));
}

/** α·A′·B′ as numpy's matmul, with the matrices or the batch axes of each operand transposed. */
function fusedMatMul(call: Call): Value {
  const { attributes } = call;
  const operand = (index: number, side: 'A' | 'B') => {
    const value = asTensorValue(inputAt(call, index));
    const isSwapped = attributes.number(`trans${side}`, 0) !== 0;
    const isTurned = attributes.number(`transBatch${side}`, 0) !== 0;
    const axes = transposedAxes(value.shape.length, isSwapped, isTurned);
    return toTensor(permutedValue(value, axes));
  };
  const found = numpyProduct(operand(0, 'A'), operand(1, 'B'));
  return tensorValue(scaled(found, attributes.number('alpha', 1)));
}

/** The axes of an operand whose first axis moves behind its batch axes, and whose last two change places. */
function transposedAxes(rank: number, isSwapped: boolean, isTurned: boolean): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  if (rank < 2) return axes;
  if (isTurned) axes.splice(rank - 2, 0, ...axes.splice(0, 1));
  if (isSwapped) axes.push(...axes.splice(rank - 2, 1));
  return axes;
}

function fusedGemm(call: Call): Value {
  const parameters = ['activation_alpha', 'activation_beta', 'activation_gamma'];
  const numbers = parameters.map((name) => call.attributes.number(name, undefined));
  return tensorValue(fusedActivation(call, numbers)(gemm(call)));
}

/** The value as a tensor, also from the host. */
export function asTensorValue(value: Value): TensorValue {
  return value.kind === 'tensor' ? value : tensorValue(toTensor(value));
}
