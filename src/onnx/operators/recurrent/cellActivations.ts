import {
  abs,
  add,
  cast,
  clipByValue,
  div,
  exp,
  greater,
  leakyRelu,
  minimum,
  mul,
  relu,
  scalar,
  sigmoid,
  softplus,
  sub,
  type Tensor,
  tanh,
} from '@tensorflow/tfjs-core';
import { type Call, unsupported } from '../operator';

/** A function of tensors, elementwise. */
export type Activation = (x: Tensor) => Tensor;

/** A function of x with up to two parameters. */
interface Kind {
  /** The standard values of alpha and beta, as many as it has. */
  readonly standards: readonly number[];
  readonly of: (x: Tensor, alpha: number, beta: number) => Tensor;
}

const kinds: Readonly<Record<string, Kind>> = {
  tanh: { standards: [], of: (x) => tanh(x) },
  sigmoid: { standards: [], of: (x) => sigmoid(x) },
  relu: { standards: [], of: (x) => relu(x) },
  softplus: { standards: [], of: (x) => softplus(x) },
  softsign: { standards: [], of: (x) => div(x, add(abs(x), scalar(1))) },
  leakyrelu: { standards: [0.01], of: (x, alpha) => leakyRelu(x, alpha) },
  thresholdedrelu: {
    standards: [1],
    of: (x, alpha) => mul(x, cast(greater(x, scalar(alpha)), 'float32')),
  },
  elu: {
    standards: [1],
    of: (x, alpha) => add(relu(x), mul(scalar(alpha), sub(exp(minimum(x, scalar(0))), scalar(1)))),
  },
  affine: { standards: [1, 0], of: affine },
  scaledtanh: {
    standards: [1, 1],
    of: (x, alpha, beta) => mul(scalar(alpha), tanh(mul(scalar(beta), x))),
  },
  hardsigmoid: {
    standards: [0.2, 0.5],
    of: (x, alpha, beta) => clipByValue(affine(x, alpha, beta), 0, 1),
  },
};

function affine(x: Tensor, alpha: number, beta: number): Tensor {
  return add(mul(scalar(alpha), x), scalar(beta));
}

/**
 * The activations of a recurrent layer, by the attributes of its call. With `clip` the inputs of the first two are bounded;
 * that of an LSTM's third, its cell state, is not. The lists of alphas and betas have numbers for the functions that
 * take them only.
 */
export function cellActivations(call: Call, standard: readonly string[]): Activation[] {
  const { attributes } = call;
  const alphas = [...attributes.numbers('activation_alpha', [])];
  const betas = [...attributes.numbers('activation_beta', [])];
  const clip = attributes.number('clip', 0);
  return attributes.texts('activations', standard).map((name, index) => {
    const kind = kinds[name.toLowerCase()];
    if (!kind) {
      throw unsupported(call, `the activation ${name}`, 'Export it with another activation');
    }
    const [alpha, beta] = kind.standards.map(
      (number, i) => (i === 0 ? alphas : betas).shift() ?? number,
    );
    const bounded: Activation = (x) => (clip > 0 && index < 2 ? clipByValue(x, -clip, clip) : x);
    return (x) => kind.of(bounded(x), alpha, beta);
  });
}
