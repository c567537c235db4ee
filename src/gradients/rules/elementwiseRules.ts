import {
  add,
  cast,
  cos,
  cosh,
  div,
  exp,
  greaterEqual,
  lessEqual,
  logicalAnd,
  minimum,
  mul,
  neg,
  sigmoid,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  step,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { DifferentiatedCall, GradientRule } from './gradientRule';
import { runKernel } from './runKernel';

type Attrs = DifferentiatedCall['attrs'];

/** dx of y = f(x), elementwise. */
type InputGradient = (dy: Tensor, value: Tensor, attrs: Attrs) => Tensor;

/** A rule whose gradient needs x. */
function byInput(gradient: InputGradient): GradientRule {
  return {
    saves: ['x'],
    gradients: ({ dy, inputs: { x }, attrs }) => ({ x: () => gradient(dy, x, attrs) }),
  };
}

/** A rule whose gradient needs y alone, which the next layer mostly keeps anyway. */
function byOutput(gradient: InputGradient): GradientRule {
  return {
    savesOutput: true,
    gradients: ({ dy, y, attrs }) => ({ x: () => gradient(dy, y, attrs) }),
  };
}

/** selu(x) = λx for x > 0, else λα(eˣ − 1). */
const SELU = { scale: 1.0507009873554805, alpha: 1.7580993408473766 };

/** Gradients by the output of functions that matrix products and convolutions can be fused with. */
export const activationGradients: Readonly<Record<string, InputGradient>> = {
  linear: (dy) => dy,
  relu: (dy, y) => mul(dy, step(y)),
  relu6: (dy, y) => mul(dy, mul(step(y), step(sub(6, y)))),
  elu: (dy, y) => runKernel('EluGrad', { dy, y }),
  sigmoid: (dy, y) => mul(dy, mul(y, sub(1, y))),
};

/** 1 where least ≤ x ≤ most, else 0. */
function inside(x: Tensor, least: number, most: number): Tensor {
  return cast(logicalAnd(greaterEqual(x, least), lessEqual(x, most)), 'float32');
}

/** λ where x > 0, else y + λα. */
function seluSlope(y: Tensor): Tensor {
  const { scale, alpha } = SELU;
  const below = add(minimum(y, 0), alpha);
  const isAbove = step(y);
  return add(mul(isAbove, scale), mul(sub(1, isAbove), below));
}

/** Rules of functions of one tensor `x`. */
export const elementwiseRules: Readonly<Record<string, GradientRule>> = {
  Relu: byOutput(activationGradients.relu),
  Relu6: byOutput(activationGradients.relu6),
  Elu: byOutput(activationGradients.elu),
  Sigmoid: byOutput(activationGradients.sigmoid),
  Selu: byOutput((dy, y) => mul(dy, seluSlope(y))),
  LeakyRelu: byInput((dy, x, { alpha }) => mul(dy, step(x, alpha as number))),
  Tanh: byOutput((dy, y) => mul(dy, sub(1, square(y)))),
  Exp: byOutput((dy, y) => mul(dy, y)),
  Expm1: byOutput((dy, y) => mul(dy, add(y, 1))),
  Sqrt: byOutput((dy, y) => div(dy, mul(y, 2))),
  Rsqrt: byOutput((dy, y) => mul(dy, mul(mul(y, square(y)), -0.5))),
  Reciprocal: byOutput((dy, y) => neg(mul(dy, square(y)))),
  Softplus: byInput((dy, x) => mul(dy, sigmoid(x))),
  Erf: byInput((dy, x) => mul(dy, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI)))),
  Log: byInput((dy, x) => div(dy, x)),
  Log1p: byInput((dy, x) => div(dy, add(x, 1))),
  Square: byInput((dy, x) => mul(dy, mul(x, 2))),
  Abs: byInput((dy, x) => mul(dy, sign(x))),
  Sin: byInput((dy, x) => mul(dy, cos(x))),
  Cos: byInput((dy, x) => neg(mul(dy, sin(x)))),
  Tan: byOutput((dy, y) => mul(dy, add(square(y), 1))),
  Asin: byInput((dy, x) => div(dy, sqrt(sub(1, square(x))))),
  Acos: byInput((dy, x) => neg(div(dy, sqrt(sub(1, square(x)))))),
  Atan: byInput((dy, x) => div(dy, add(square(x), 1))),
  Sinh: byInput((dy, x) => mul(dy, cosh(x))),
  Cosh: byInput((dy, x) => mul(dy, sinh(x))),
  Asinh: byInput((dy, x) => div(dy, sqrt(add(square(x), 1)))),
  Acosh: byInput((dy, x) => div(dy, sqrt(sub(square(x), 1)))),
  Atanh: byInput((dy, x) => div(dy, sub(1, square(x)))),
  Neg: { gradients: ({ dy }) => ({ x: () => neg(dy) }) },
  ClipByValue: byInput((dy, x, { clipValueMin, clipValueMax }) =>
    mul(dy, inside(x, clipValueMin as number, clipValueMax as number)),
  ),
};
