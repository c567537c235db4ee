import { reshape } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { hostArray, hostInts } from '../../values/hostArray';
import { permutedValue, tensorValue, toTensor, type Value } from '../../values/value';
import { axisOf, type Call, inputAt, numbersOf, type Operators } from '../operator';

/** Operators that change the shape and keep the elements in their order. */
export const reshapes: Operators = {
  Shape: {
    run(call) {
      const { shape } = inputAt(call, 0);
      const start = call.attributes.number('start', 0);
      const end = call.attributes.number('end', shape.length);
      return hostInts(shape.slice(start, end));
    },
  },
  Identity: { run: (call) => inputAt(call, 0) },
  Flatten: {
    run(call) {
      const value = inputAt(call, 0);
      const { shape } = value;
      const axis = call.attributes.number('axis', 1);
      const rows = sizeOf(shape.slice(0, axis < 0 ? axis + shape.length : axis));
      return reshaped(value, [rows, sizeOf(shape) / rows || 0]);
    },
  },
  Reshape: { run: reshapeOf, hostInputs: [1] },
  Transpose: {
    run(call) {
      const value = inputAt(call, 0);
      const rank = value.shape.length;
      const reversed = Array.from({ length: rank }, (_, i) => rank - 1 - i);
      const axes = call.attributes.numbers('perm', reversed).map((axis) => axisOf(axis, rank));
      if (value.kind === 'tensor') return permutedValue(value, axes);
      return value; // TODO
    },
  },
};

/** The value in another shape. */
export function reshaped(value: Value, shape: readonly number[]): Value {
  if (value.kind === 'host') return hostArray(value.dtype, shape, value.data);
  return tensorValue(reshape(toTensor(value), [...shape]));
}

function reshapeOf(call: Call): Value {
  const value = inputAt(call, 0);
  const wanted = numbersOf(call, 'shape', 1) ?? [];
  const copies = call.attributes.number('allowzero', 0) === 0;
  const shape = wanted.map((size, axis) => (size === 0 && copies ? value.shape[axis] : size));
  const open = shape.indexOf(-1);
  if (open >= 0) {
    const rest = sizeOf(shape.filter((_, axis) => axis !== open));
    shape[open] = rest === 0 ? 0 : sizeOf(value.shape) / rest;
  }
  return reshaped(value, shape);
}
