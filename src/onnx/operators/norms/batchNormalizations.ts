import { add, mul, reshape, sub, type Tensor } from '@tensorflow/tfjs-core';
import { aligned } from '../../values/aligned';
import { tensorValue, toTensor, type Value } from '../../values/value';
import { type Call, inputAt, type Operators, unsupported } from '../operator';
import { inverseRoot } from './deviation';

/** Normalisations by statistics that are weights. */
export const batchNormalizations: Operators = {
  BatchNormalization: { run: batchNormalization },
};

/**
 * x·i + (β − mean·i) with i = γ/√(variance + ε), where x is [batch, channels, …]. On wasm these are four times as fast as
 * the kernel of `tf.batchNorm`.
 */
function batchNormalization(call: Call): Value {
  const { attributes, opset } = call;
  if (attributes.number('spatial', 1) === 0) {
    throw unsupported(call, 'spatial = 0', 'Export it with statistics for each channel');
  }
  const isTraining =
    opset < 7 ? attributes.number('is_test', 0) === 0 : attributes.number('training_mode', 0) !== 0;
  if (isTraining) {
    throw unsupported(
      call,
      'statistics of the batch, as in training',
      'Export the model in its evaluation mode',
    );
  }
  const x = inputAt(call, 0);
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((index) => toTensor(inputAt(call, index)));
  const scale = mul(gamma, inverseRoot(variance, attributes.number('epsilon', 1e-5)));
  const offset = sub(beta, mul(mean, scale));
  const { tensors, order } = aligned([x, ...[scale, offset].map((each) => perChannel(each, x))]);
  return tensorValue(add(mul(tensors[0], tensors[1]), tensors[2]), order);
}

/** A vector with a number for each channel, as a value that broadcasts against x. */
function perChannel(vector: Tensor, x: Value): Value {
  return tensorValue(reshape(vector, [-1, ...x.shape.slice(2).map(() => 1)]));
}
