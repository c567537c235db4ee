import { add, mul, scalar, sigmoid, split, type Tensor } from '@tensorflow/tfjs-core';
import { tensorValue, toTensor, type Value } from '../../values/value';
import { gelu } from '../elementwise/gelu';
import { mapTensor } from '../elementwise/mapValues';
import { type Call, inputAt, type Operators, optionalAt } from '../operator';

/** Activations of onnxruntime's domain, with the bias before them. */
export const fusedActivations: Operators = {
  'com.microsoft.Gelu': { run: (call) => mapTensor(inputAt(call, 0), (x) => gelu(x)) },
  'com.microsoft.QuickGelu': { run: quickGelu },
  'com.microsoft.BiasGelu': { run: (call) => afterBias(call, (x) => gelu(x)) },
  'com.microsoft.FastGelu': { run: (call) => afterBias(call, (x) => gelu(x, 'tanh')) },
  'com.microsoft.BiasSplitGelu': { run: biasSplitGelu },
  'com.microsoft.BiasAdd': { run: biasAdd },
};

/** x · sigmoid(α x). */
function quickGelu(call: Call): Value {
  const alpha = call.attributes.number('alpha', 1.702);
  return mapTensor(inputAt(call, 0), (x) => mul(x, sigmoid(mul(x, scalar(alpha)))));
}

function afterBias(call: Call, activation: (x: Tensor) => Tensor): Value {
  const x = inputAt(call, 0);
  const bias = optionalAt(call, 1);
  if (!bias) return mapTensor(x, activation);
  return tensorValue(activation(add(toTensor(x), toTensor(bias))));
}

/** The first half of the last axis times gelu of the second, after the bias. */
function biasSplitGelu(call: Call): Value {
  const biased = add(toTensor(inputAt(call, 0)), toTensor(inputAt(call, 1)));
  const [left, right] = split(biased, 2, biased.rank - 1);
  return tensorValue(mul(left, gelu(right)));
}

/** The sum of x, a bias of its last axis and a skip connection. */
function biasAdd(call: Call): Value {
  const [x, bias, skip] = [0, 1, 2].map((index) => toTensor(inputAt(call, index)));
  return tensorValue(add(add(x, bias), skip));
}
