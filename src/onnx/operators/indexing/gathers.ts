import { gather, reshape } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { tensorValue, toTensor, type Value } from '../../values/value';
import { axisOf, type Call, inputAt, type Operators } from '../operator';
import { reshaped } from '../shapes/reshapes';
import { fromEnd } from './fromEnd';
import { pickAlong } from './pickAlong';

/** Gather: slices of an axis, such as rows of an embedding. */
export const gathers: Operators = {
  Gather: { run: gatherOf },
};

function gatherOf(call: Call): Value {
  const [value, indices] = [inputAt(call, 0), inputAt(call, 1)];
  const axis = axisOf(call.attributes.number('axis', 0), value.shape.length);
  const size = value.shape[axis];
  const shape = value.shape.toSpliced(axis, 1, ...indices.shape);
  if (indices.kind === 'host') {
    const positions = Array.from(indices.data, (index) => (index < 0 ? index + size : index));
    const found = pickAlong(value, axis, positions);
    return indices.shape.length === 1 ? found : reshaped(found, shape);
  }
  const flat = reshape(fromEnd(toTensor(indices), size), [sizeOf(indices.shape)]);
  return tensorValue(reshape(gather(toTensor(value), flat, axis), shape));
}
