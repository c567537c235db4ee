import { add, mul, reshape, scalar } from '@tensorflow/tfjs-core';
import {
  permutedValue,
  type TensorValue,
  tensorValue,
  toTensor,
  type Value,
} from '../../values/value';
import { type Call, inputAt, type Operators, optionalAt } from '../operator';
import { product } from './product';

/** Products of matrices. */
export const matrixProducts: Operators = {
  MatMul: { run: matMulOf },
  Gemm: { run: gemm },
};

/** The product as numpy's matmul: vectors get an axis, which the result loses. */
function matMulOf(call: Call): Value {
  const [a, b] = [toTensor(inputAt(call, 0)), toTensor(inputAt(call, 1))];
  const left = a.rank === 1 ? reshape(a, [1, -1]) : a;
  const right = b.rank === 1 ? reshape(b, [-1, 1]) : b;
  const found = product(left, right);
  const rows = a.rank === 1 ? [] : [found.shape.at(-2)!];
  const columns = b.rank === 1 ? [] : [found.shape.at(-1)!];
  return tensorValue(reshape(found, [...found.shape.slice(0, -2), ...rows, ...columns]));
}

/** α·A′·B′ + β·C. Transposes are made before the product: with them tfjs-wasm is ten times slower. */
function gemm(call: Call): Value {
  const { attributes } = call;
  const matrix = (index: number, attribute: string) => {
    const value = asTensorValue(inputAt(call, index));
    return toTensor(attributes.number(attribute, 0) === 0 ? value : permutedValue(value, [1, 0]));
  };
  const scaled = (factor: number, tensor: ReturnType<typeof product>) =>
    factor === 1 ? tensor : mul(tensor, scalar(factor));
  const found = scaled(
    attributes.number('alpha', 1),
    product(matrix(0, 'transA'), matrix(1, 'transB')),
  );
  const bias = optionalAt(call, 2);
  if (!bias) return tensorValue(found);
  return tensorValue(add(found, scaled(attributes.number('beta', 1), toTensor(bias))));
}

/** The value as a tensor, also from the host. */
export function asTensorValue(value: Value): TensorValue {
  return value.kind === 'tensor' ? value : tensorValue(toTensor(value));
}
