import { reshape } from '@tensorflow/tfjs-core';
import { invalid } from '../../../errors';
import { sizeOf } from '../../../params/internal';
import { hostArray } from '../../values/hostArray';
import { storedIn, tensorValue, toTensor, type Value } from '../../values/value';
import { axisOf, type Call, inputAt, numbersOf, type Operators } from '../operator';

/** Operators that change the shape and keep the elements in their order. */
export const reshapes: Operators = {
  Identity: { run: (call) => inputAt(call, 0) },
  Reshape: { run: reshapeOf, hostInputs: [1] },
  Flatten: { run: flatten },
  Squeeze: { run: squeeze, hostInputs: [1] },
  Unsqueeze: { run: unsqueeze, hostInputs: [1] },
};

/** The value in another shape. */
export function reshaped(value: Value, shape: readonly number[]): Value {
  if (value.kind === 'host') return hostArray(value.dtype, shape, value.data);
  return tensorValue(reshape(toTensor(value), [...shape]));
}

/** The value without these axes, which have size 1. The order of storage stays. */
function withoutAxes(value: Value, axes: readonly number[]): Value {
  const kept = value.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const shape = kept.map((axis) => value.shape[axis]);
  if (value.kind === 'host') return hostArray(value.dtype, shape, value.data);
  const stored = value.order.filter((axis) => !axes.includes(axis));
  const made = stored.map((axis) => value.shape[axis]);
  return tensorValue(
    reshape(storedIn(value, value.order), made),
    stored.map((axis) => kept.indexOf(axis)),
  );
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
  const fits = shape.every((size) => Number.isInteger(size) && size >= 0);
  if (fits && sizeOf(shape) === sizeOf(value.shape)) return reshaped(value, shape);
  throw invalid(
    `a value of shape [${value.shape}] cannot be reshaped to [${wanted}]`,
    'Pass an input of the shape that the model was exported with, or export it with dynamic axes',
    { param: 'input', received: value.shape },
  );
}

function flatten(call: Call): Value {
  const value = inputAt(call, 0);
  const { shape } = value;
  const axis = call.attributes.number('axis', 1);
  const at = axis < 0 ? axis + shape.length : axis;
  return reshaped(value, [sizeOf(shape.slice(0, at)), sizeOf(shape.slice(at))]);
}

function squeeze(call: Call): Value {
  const value = inputAt(call, 0);
  const { shape } = value;
  const given = numbersOf(call, 'axes', 1)?.map((axis) => axisOf(axis, shape.length));
  const axes = given ?? shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  if (axes.every((axis) => shape[axis] === 1)) return withoutAxes(value, axes);
  throw invalid(
    `axes [${axes}] of a value of shape [${shape}] do not all have size 1`,
    'Pass an input of the shape that the model was exported with',
    { param: 'input', received: shape },
  );
}

/** The value with new axes of size 1. In storage a new axis stands before the axis that follows it in the graph. */
function unsqueeze(call: Call): Value {
  const value = inputAt(call, 0);
  const given = numbersOf(call, 'axes', 1) ?? [];
  const rank = value.shape.length + given.length;
  const axes = given.map((axis) => axisOf(axis, rank));
  const kept = Array.from({ length: rank }, (_, axis) => axis).filter(
    (axis) => !axes.includes(axis),
  );
  const shape = new Array<number>(rank).fill(1);
  for (const [i, axis] of kept.entries()) shape[axis] = value.shape[i];
  if (value.kind === 'host') return hostArray(value.dtype, shape, value.data);
  const order = value.order.map((axis) => kept[axis]);
  for (const axis of axes.toSorted((a, b) => b - a)) {
    const next = order.indexOf(axis + 1);
    order.splice(next < 0 ? order.length : next, 0, axis);
  }
  const made = order.map((axis) => shape[axis]);
  return tensorValue(reshape(storedIn(value, value.order), made), order);
}
