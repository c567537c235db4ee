import { fill } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { hostArray } from '../../values/hostArray';
import { tensorValue, type Value } from '../../values/value';
import { type Call, inputAt, numbersAt, type Operators, unsupported } from '../operator';

/** Dropout, which changes nothing in inference. */
export const dropouts: Operators = { Dropout: { run: dropout, hostInputs: [1, 2] } };

function dropout(call: Call): readonly (Value | null)[] {
  const value = inputAt(call, 0);
  const [ratio] = numbersAt(call, 1) ?? [0.5];
  const [isTraining] = numbersAt(call, 2) ?? [0];
  if (isTraining && ratio > 0) {
    throw unsupported(call, 'training_mode', 'Export the model for inference');
  }
  return [value, call.outputCount > 1 ? mask(value, call.opset) : null];
}

/** The elements that stay: all. */
function mask({ kind, shape, dtype }: Value, opset: number): Value {
  const type = opset < 10 ? dtype : 'bool';
  if (kind === 'tensor') return tensorValue(fill([...shape], 1, type));
  return hostArray(type, shape, new Array<number>(sizeOf(shape)).fill(1));
}
