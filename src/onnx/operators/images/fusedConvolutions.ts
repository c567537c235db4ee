import { add } from '@tensorflow/tfjs-core';
import { aligned } from '../../values/aligned';
import { tensorValue, type Value } from '../../values/value';
import { mapTensor } from '../elementwise/mapValues';
import { fusedActivation } from '../matrix/fusedActivation';
import { type Call, type Operators, optionalAt } from '../operator';
import { convolutions } from './convolutions';

/** Convolutions of onnxruntime's domain. */
export const fusedConvolutions: Operators = {
  'com.microsoft.FusedConv': { run: fusedConv },
};

/** The activation of a convolution, to which a fourth input is added before. */
function fusedConv(call: Call): Value {
  const own = { ...call, op: 'Conv', inputs: call.inputs.slice(0, 3) };
  const found = convolutions.Conv.run(own) as Value;
  const addend = optionalAt(call, 3);
  const activation = fusedActivation(call, call.attributes.numbers('activation_params', []));
  return mapTensor(addend ? sum(found, addend) : found, activation);
}

function sum(found: Value, addend: Value): Value {
  const { tensors, order } = aligned([found, addend]);
  return tensorValue(add(tensors[0], tensors[1]), order);
}
