import { add } from '@tensorflow/tfjs-core';
import { tensorValue, toTensor, type Value } from '../../values/value';
import { type Call, inputAt, type Operators, optionalAt, unsupported } from '../operator';
import { normalizedRows } from './normalizedRows';

/** Layer normalisations as onnxruntime's optimiser writes them, with the sum before them. */
export const skipNormalizations: Operators = {
  SimplifiedLayerNormalization: { run: simplified },
  'com.microsoft.SimplifiedLayerNormalization': { run: simplified },
  'com.microsoft.SkipLayerNormalization': { run: (call) => ofSum(call, true) },
  'com.microsoft.SkipSimplifiedLayerNormalization': { run: (call) => ofSum(call, false) },
};

/** x / √(mean of squares + ε) · scale. */
function simplified(call: Call): readonly (Value | null)[] {
  const x = toTensor(inputAt(call, 0));
  const axis = call.attributes.number('axis', -1);
  if (axis !== -1 && axis !== x.rank - 1) {
    throw unsupported(call, `axis ${axis}`, 'Export a normalisation of the last axis');
  }
  const scale = toTensor(inputAt(call, 1));
  const { rows, factors } = normalizedRows(x, epsilonOf(call, 1e-5), false, scale, null);
  return [rows, factors].map((each) => tensorValue(each));
}

/** The normalised sum of input, skip and bias. The fourth output is the sum. */
function ofSum(call: Call, isCentred: boolean): readonly (Value | null)[] {
  const optional = (index: number) => {
    const value = optionalAt(call, index);
    return value && toTensor(value);
  };
  const [x, skip, scale] = [0, 1, 2].map((index) => toTensor(inputAt(call, index)));
  const shift = isCentred ? optional(3) : null;
  const bias = optional(isCentred ? 4 : 3);
  const sum = add(bias ? add(x, bias) : x, skip);
  const { rows, means, factors } = normalizedRows(
    sum,
    epsilonOf(call, isCentred ? 1e-12 : 1e-5),
    isCentred,
    scale,
    shift,
  );
  return [rows, means, factors, sum].map((each) => each && tensorValue(each));
}

function epsilonOf(call: Call, standard: number): number {
  return call.attributes.number('epsilon', standard);
}
