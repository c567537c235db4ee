import { cumprod, cumsum, getBackend, reshape, reverse, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf, stridesOf } from '../../../params/internal';
import { axesLast } from '../../values/axesLast';
import { type HostArray, hostArray } from '../../values/hostArray';
import { storedIn, type TensorValue, tensorValue, type Value } from '../../values/value';
import { axisOf, type Call, hostAt, inputAt, type Operator, type Operators } from '../operator';

/** Sums and products of all elements up to each, along an axis. */
export const cumulations: Operators = {
  CumSum: cumulation((x, y) => x + y, 0, cumsum),
  CumProd: cumulation((x, y) => x * y, 1, cumprod),
};

/** The settings of a cumulation. */
interface Settings {
  readonly axis: number;
  /** True if an element does not count for itself. */
  readonly isExclusive: boolean;
  /** True if an element counts for those before it. */
  readonly isReversed: boolean;
}

type Cumulate = (x: Tensor, axis: number, isExclusive: boolean, isReversed: boolean) => Tensor;

function cumulation(
  next: (x: number, y: number) => number,
  start: number,
  onTensor: Cumulate,
): Operator {
  return {
    run(call: Call): Value {
      const value = inputAt(call, 0);
      const settings = settingsOf(call, value.shape.length);
      if (value.kind === 'host') return cumulatedArray(value, settings, next, start);
      const { axis, isExclusive, isReversed } = settings;
      if (getBackend() === 'webgpu') return cumulatedLast(value, settings, onTensor);
      const { tensor, order } = axesLast(value, [axis]);
      return tensorValue(onTensor(tensor, order.indexOf(axis), isExclusive, isReversed), order);
    },
    hostInputs: [1],
  };
}

/**
 * The cumulation of rows on tfjs-webgpu, which takes up to 4 axes. In reverse it keeps the length of the rows that it
 * computed first: the rows are mirrored instead.
 */
function cumulatedLast(
  value: TensorValue,
  { axis, isExclusive, isReversed }: Settings,
  onTensor: Cumulate,
): Value {
  const order = [...value.order.filter((each) => each !== axis), axis];
  const tensor = storedIn(value, order);
  const rows = reshape(tensor, [sizeOf(tensor.shape.slice(0, -1)), value.shape[axis]]);
  const mirrored = (x: Tensor) => (isReversed ? reverse(x, 1) : x);
  const found = mirrored(onTensor(mirrored(rows), 1, isExclusive, false));
  return tensorValue(reshape(found, tensor.shape), order);
}

function settingsOf(call: Call, rank: number): Settings {
  const axis = hostAt(call, 1)?.data[0] ?? 0;
  return {
    axis: axisOf(axis, rank),
    isExclusive: call.attributes.number('exclusive', 0) === 1,
    isReversed: call.attributes.number('reverse', 0) === 1,
  };
}

function cumulatedArray(
  { dtype, shape, data }: HostArray,
  { axis, isExclusive, isReversed }: Settings,
  next: (x: number, y: number) => number,
  start: number,
): HostArray {
  const stride = stridesOf(shape)[axis];
  const size = shape[axis];
  const found = dtype === 'float32' ? new Float32Array(data.length) : new Array(data.length);
  for (let i = 0; i < data.length; i++) {
    if (Math.floor(i / stride) % size !== 0) continue;
    let reached = start;
    for (let k = 0; k < size; k++) {
      const at = i + stride * (isReversed ? size - 1 - k : k);
      const through = next(reached, data[at]);
      found[at] = isExclusive ? reached : through;
      reached = through;
    }
  }
  return hostArray(dtype, shape, found);
}
