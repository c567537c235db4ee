import { add, erf, mul, scalar, sigmoid, split, type Tensor, tanh } from '@tensorflow/tfjs-core';
import { tensorValue, toTensor, type Value } from '../../values/value';
import { mapTensor } from '../elementwise/mapValues';
import { type Call, inputAt, type Operators, optionalAt } from '../operator';

/** Activations of onnxruntime's domain, with the bias before them. */
export const fusedActivations: Operators = {
  'com.microsoft.Gelu': { run: (call) => mapTensor(inputAt(call, 0), gelu) },
  'com.microsoft.QuickGelu': { run: quickGelu },
  'com.microsoft.BiasGelu': { run: (call) => afterBias(call, gelu) },
  'com.microsoft.FastGelu': { run: (call) => afterBias(call, fastGelu) },
  'com.microsoft.BiasSplitGelu': { run: biasSplitGelu },
  'com.microsoft.BiasAdd': { run: biasAdd },
};

/** x · Φ(x), with Φ the normal distribution. */
function gelu(x: Tensor): Tensor {
  return mul(mul(x, scalar(0.5)), add(erf(mul(x, scalar(Math.SQRT1_2))), scalar(1)));
}

/** The approximation of gelu by tanh(√(2/π) · (x + 0.044715 x³)). */
function fastGelu(x: Tensor): Tensor {
  const factor = Math.sqrt(2 / Math.PI);
  const square = add(mul(mul(x, x), scalar(0.044715 * factor)), scalar(factor));
  return mul(mul(x, scalar(0.5)), add(tanh(mul(x, square)), scalar(1)));
}

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
