import {
  abs,
  add,
  clipByValue,
  div,
  elu,
  greater,
  leakyRelu,
  less,
  maximum,
  minimum,
  mul,
  prelu,
  relu,
  relu6,
  scalar,
  selu,
  sigmoid,
  softplus,
  sub,
  type Tensor,
  tanh,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { type Call, inputAt, type Operators, unsupported } from '../operator';
import { gelu } from './gelu';
import { mapTwo } from './mapValues';
import { tensorOperator, unary } from './unary';

const SELU_ALPHA = 1.6732631921768188;
const SELU_GAMMA = 1.0507010221481323;

/** Activation functions. */
export const activations: Operators = {
  Relu: unary((x) => Math.max(0, x), relu),
  LeakyRelu: tensorOperator((x, { attributes }) => leakyRelu(x, attributes.number('alpha', 0.01))),
  Elu: tensorOperator((x, { attributes }) => scaledElu(x, attributes.number('alpha', 1))),
  Selu: tensorOperator(seluOf),
  Celu: tensorOperator((x, { attributes }) => {
    const alpha = attributes.number('alpha', 1);
    return alpha === 1 ? elu(x) : mul(scaledElu(div(x, scalar(alpha)), 1), scalar(alpha));
  }),
  PRelu: { run: preluOf },
  Sigmoid: tensorOperator(sigmoid),
  HardSigmoid: tensorOperator((x, { attributes }) =>
    line(x, attributes.number('alpha', 0.2), attributes.number('beta', 0.5)),
  ),
  HardSwish: tensorOperator((x) => mul(x, mul(relu6(add(x, scalar(3))), scalar(1 / 6)))),
  Tanh: unary(Math.tanh, tanh),
  Softplus: tensorOperator(softplus),
  Softsign: tensorOperator((x) => div(x, add(abs(x), scalar(1)))),
  ThresholdedRelu: tensorOperator((x, { attributes }) =>
    where(greater(x, scalar(attributes.number('alpha', 1))), x, zerosLike(x)),
  ),
  Gelu: tensorOperator(geluOf),
  Mish: tensorOperator((x) => mul(x, tanh(softplus(x)))),
  Swish: tensorOperator((x, { attributes }) => swish(x, attributes.number('alpha', 1))),
  Shrink: tensorOperator(shrink),
};

/** x where it is positive, and α(eˣ − 1) elsewhere. */
function scaledElu(x: Tensor, alpha: number): Tensor {
  if (alpha === 1) return elu(x);
  return add(relu(x), mul(elu(minimum(x, scalar(0))), scalar(alpha)));
}

function seluOf(x: Tensor, { attributes }: Call): Tensor {
  const alpha = attributes.number('alpha', SELU_ALPHA);
  const gamma = attributes.number('gamma', SELU_GAMMA);
  const isStandard = Math.abs(alpha - SELU_ALPHA) + Math.abs(gamma - SELU_GAMMA) < 1e-6;
  return isStandard ? selu(x) : mul(scaledElu(x, alpha), scalar(gamma));
}

/** x where it is positive, and x times the slope elsewhere. */
function preluOf(call: Call) {
  const values = [inputAt(call, 0), inputAt(call, 1)] as const;
  return mapTwo(values, (x, slope) => (x < 0 ? x * slope : x), sloped);
}

function sloped(x: Tensor, slope: Tensor): Tensor {
  // tfjs-wasm repeats the slopes along the last axis, whatever their shape, and computes floats only.
  const isSimple = x.dtype === 'float32' && sizeOf(slope.shape.slice(0, -1)) === 1;
  if (isSimple && [1, x.shape.at(-1)].includes(sizeOf(slope.shape))) {
    return prelu(x, slope);
  }
  const zero = scalar(0, x.dtype as 'float32' | 'int32');
  return add(maximum(x, zero), mul(minimum(x, zero), slope));
}

/** αx + β between 0 and 1. */
function line(x: Tensor, alpha: number, beta: number): Tensor {
  return clipByValue(add(mul(x, scalar(alpha)), scalar(beta)), 0, 1);
}

function geluOf(x: Tensor, call: Call): Tensor {
  const approximate = call.attributes.text('approximate', 'none');
  if (approximate === 'none' || approximate === 'tanh') return gelu(x, approximate);
  throw unsupported(call, `approximate '${approximate}'`, "Export it with 'none' or 'tanh'");
}

/** x·σ(αx). */
function swish(x: Tensor, alpha: number): Tensor {
  return mul(x, sigmoid(alpha === 1 ? x : mul(x, scalar(alpha))));
}

/** x moved by the bias toward zero where it is further than λ from zero, and zero elsewhere. */
function shrink(x: Tensor, { attributes }: Call): Tensor {
  const bound = attributes.number('lambd', 0.5);
  const bias = scalar(attributes.number('bias', 0));
  const lowered = where(greater(x, scalar(bound)), sub(x, bias), zerosLike(x));
  return where(less(x, scalar(-bound)), add(x, bias), lowered);
}
