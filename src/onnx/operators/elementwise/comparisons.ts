import {
  equal,
  fill,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  type Tensor,
  where,
} from '@tensorflow/tfjs-core';
import { broadcastShape } from '../../values/broadcastShape';
import type { Value } from '../../values/value';
import { type Call, inputAt, type Operator, type Operators } from '../operator';
import { binary } from './binary';
import { alike, mapValues } from './mapValues';
import { unary } from './unary';

/** Comparisons, logic, and the choice between two values. */
export const comparisons: Operators = {
  Equal: comparison((x, y) => x === y, equal),
  Greater: comparison((x, y) => x > y, greater),
  Less: comparison((x, y) => x < y, less),
  GreaterOrEqual: comparison((x, y) => x >= y, greaterEqual),
  LessOrEqual: comparison((x, y) => x <= y, lessEqual),
  And: comparison((x, y) => x !== 0 && y !== 0, logicalAnd),
  Or: comparison((x, y) => x !== 0 || y !== 0, logicalOr),
  Xor: comparison((x, y) => x !== y, logicalXor),
  Not: unary((x) => 1 - x, logicalNot, 'bool'),
  Where: { run: choice },
};

function comparison(
  onHost: (x: number, y: number) => boolean,
  onTensors: (a: Tensor, b: Tensor) => Tensor,
): Operator {
  return binary((x, y) => Number(onHost(x, y)), onTensors, 'bool');
}

/** The first value where the condition holds, and the second elsewhere. */
function choice(call: Call): Value {
  const [condition, x, y] = [inputAt(call, 0), inputAt(call, 1), inputAt(call, 2)];
  return mapValues(
    [condition, x, y],
    ([holds, first, second]) => (holds ? first : second),
    ([holds, ...choices]) => {
      const shape = broadcastShape([holds, ...choices].map((each) => each.shape));
      const [first, second] = alike(choices).map((each, i) => filledBy([x, y][i], each, shape));
      return chosen(holds, first, second);
    },
    x.dtype,
  );
}

/** The tensor of a value; of a number on the host, filled at once: on WebGPU the tracer knows no values of a repeated one. */
function filledBy(value: Value, tensor: Tensor, shape: number[]): Tensor {
  const isNumber = value.kind === 'host' && value.data.length === 1 && tensor.dtype === 'float32';
  return isNumber ? fill(shape, value.data[0]) : tensor;
}

function chosen(condition: Tensor, x: Tensor, y: Tensor): Tensor {
  if (x.dtype !== 'bool') return where(condition, x, y);
  // tfjs-wasm chooses between wrong elements if they are booleans.
  return logicalOr(logicalAnd(condition, x), logicalAnd(logicalNot(condition), y));
}
