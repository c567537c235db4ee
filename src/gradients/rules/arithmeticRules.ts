import {
  add,
  cast,
  div,
  floor,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  minimum,
  mul,
  neg,
  pow,
  square,
  step,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { sumTo } from '../sumTo';
import type { GradientRule } from './gradientRule';
import { preluSlope } from './preluSlope';

/** The gradient of y = f(a, b) by one of its inputs, of the shape of y. */
type OperandGradient = (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor;

/** A rule of f(a, b) with broadcasting. */
function binary(
  a: OperandGradient,
  b: OperandGradient,
  saves: Pick<GradientRule, 'saves' | 'savesOutput'> = { saves: ['a', 'b'] },
): GradientRule {
  return {
    ...saves,
    gradients: ({ dy, y, inputs }) => ({
      a: () => sumTo(a(dy, inputs.a, inputs.b, y), inputs.a.shape),
      b: () => sumTo(b(dy, inputs.a, inputs.b, y), inputs.b.shape),
    }),
  };
}

/** dy where the condition holds, else 0. */
function where(condition: Tensor, dy: Tensor): Tensor {
  return mul(dy, cast(condition, 'float32'));
}

/** ln a where a > 0, else 0. */
function positiveLog(a: Tensor): Tensor {
  const isPositive = step(a);
  return log(add(mul(a, isPositive), sub(1, isPositive)));
}

/** Rules of functions of two tensors `a` and `b`, and of sums of several. */
export const arithmeticRules: Readonly<Record<string, GradientRule>> = {
  Add: binary(
    (dy) => dy,
    (dy) => dy,
    {},
  ),
  Sub: binary(
    (dy) => dy,
    (dy) => neg(dy),
    {},
  ),
  Multiply: binary(
    (dy, _, b) => mul(dy, b),
    (dy, a) => mul(dy, a),
  ),
  RealDiv: binary(
    (dy, _, b) => div(dy, b),
    (dy, _, b, y) => neg(div(mul(dy, y), b)),
    { saves: ['b'], savesOutput: true },
  ),
  SquaredDifference: binary(
    (dy, a, b) => mul(dy, mul(sub(a, b), 2)),
    (dy, a, b) => mul(dy, mul(sub(b, a), 2)),
  ),
  Maximum: binary(
    (dy, a, b) => where(greaterEqual(a, b), dy),
    (dy, a, b) => where(less(a, b), dy),
  ),
  Minimum: binary(
    (dy, a, b) => where(lessEqual(a, b), dy),
    (dy, a, b) => where(greater(a, b), dy),
  ),
  Pow: binary(
    (dy, a, b) => mul(dy, mul(b, pow(a, sub(b, 1)))),
    (dy, a, _, y) => mul(dy, mul(y, positiveLog(a))),
    { saves: ['a', 'b'], savesOutput: true },
  ),
  Atan2: binary(
    (dy, a, b) => div(mul(dy, b), add(square(a), square(b))),
    (dy, a, b) => neg(div(mul(dy, a), add(square(a), square(b)))),
  ),
  Mod: binary(
    (dy) => dy,
    (dy, a, b) => neg(mul(dy, floor(div(a, b)))),
  ),
  Prelu: {
    saves: ['x', 'alpha'],
    gradients: ({ dy, inputs: { x, alpha } }) => ({
      x: () => mul(dy, preluSlope(x, alpha)),
      alpha: () => sumTo(mul(dy, minimum(x, 0)), alpha.shape),
    }),
  },
  AddN: {
    gradients: ({ dy, inputs }) =>
      Object.fromEntries(Object.keys(inputs).map((name) => [name, () => dy])),
  },
};
