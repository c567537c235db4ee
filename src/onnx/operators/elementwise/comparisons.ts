import {
  equal,
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
      const [first, second] = alike(choices);
      return chosen(holds, first, second);
    },
    x.dtype,
  );
}

function chosen(condition: Tensor, x: Tensor, y: Tensor): Tensor {
  if (x.dtype !== 'bool') return where(condition, x, y);
  // tfjs-wasm chooses between wrong elements if they are booleans.
  return logicalOr(logicalAnd(condition, x), logicalAnd(logicalNot(condition), y));
}
