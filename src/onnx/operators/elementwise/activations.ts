import { relu, sigmoid, tanh } from '@tensorflow/tfjs-core';
import { inputAt, type Operators } from '../operator';
import { mapTensor, mapValue } from './mapValues';

/** Activation functions. */
export const activations: Operators = {
  Relu: { run: (call) => mapValue(inputAt(call, 0), (x) => Math.max(0, x), relu) },
  Sigmoid: { run: (call) => mapTensor(inputAt(call, 0), sigmoid) },
  Tanh: { run: (call) => mapValue(inputAt(call, 0), Math.tanh, tanh) },
};
