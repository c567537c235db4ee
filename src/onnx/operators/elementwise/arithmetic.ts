import { add, maximum, minimum, mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { inputAt, type Operator, type Operators } from '../operator';
import { mapTwo } from './mapValues';

/** Sums, differences and products, elementwise. */
export const arithmetic: Operators = {
  Add: binary((x, y) => x + y, add),
  Sub: binary((x, y) => x - y, sub),
  Mul: binary((x, y) => x * y, mul),
  Max: folded(Math.max, maximum),
  Min: folded(Math.min, minimum),
};

function binary(
  onHost: (x: number, y: number) => number,
  onTensors: (a: Tensor, b: Tensor) => Tensor,
): Operator {
  return {
    run: (call) => mapTwo([inputAt(call, 0), inputAt(call, 1)], onHost, onTensors),
  };
}

/** An operator of one or more inputs, two at a time. */
function folded(
  onHost: (x: number, y: number) => number,
  onTensors: (a: Tensor, b: Tensor) => Tensor,
): Operator {
  return {
    run: (call) =>
      call.inputs
        .map((_, i) => inputAt(call, i))
        .reduce((result, next) => mapTwo([result, next], onHost, onTensors)),
  };
}
