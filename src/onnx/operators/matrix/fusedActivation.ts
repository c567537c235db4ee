import {
  add,
  clipByValue,
  leakyRelu,
  mul,
  relu,
  sigmoid,
  type Tensor,
  tanh,
} from '@tensorflow/tfjs-core';
import { type Call, unsupported } from '../operator';

/**
 * The activation that an optimiser moved into an operator.
 *
 * @param parameters - Its numbers, such as the slope of LeakyRelu; undefined where the default holds.
 */
export function fusedActivation(
  call: Call,
  parameters: readonly (number | undefined)[],
): (x: Tensor) => Tensor {
  const name = call.attributes.text('activation', '');
  const [first, second] = parameters;
  switch (name) {
    case '':
      return (x) => x;
    case 'Relu':
      return relu;
    case 'Tanh':
      return tanh;
    case 'Sigmoid':
      return sigmoid;
    case 'LeakyRelu':
      return (x) => leakyRelu(x, first ?? 0.01);
    case 'Clip':
      return (x) => clipByValue(x, first ?? -MOST, second ?? MOST);
    case 'HardSigmoid':
      return (x) => clipByValue(add(mul(x, first ?? 0.2), second ?? 0.5), 0, 1);
    default:
      throw unsupported(
        call,
        `the activation ${name}`,
        'Export the model without optimisations, or with those of level basic',
      );
  }
}

/** The largest float32. */
const MOST = 3.4028234663852886e38;
