import { gather, reshape, slice, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { hostPick } from '../../values/hostPick';
import { storedIn, tensorValue, type Value } from '../../values/value';
import { everyNth } from '../kernels/everyNth';
import { reversed } from '../kernels/reversed';

/** The value with the elements at these positions of an axis. The order of storage stays. */
export function pickAlong(value: Value, axis: number, positions: readonly number[]): Value {
  const isWhole =
    positions.length === value.shape[axis] && positions.every((position, i) => position === i);
  if (isWhole) return value;
  if (value.kind === 'host') {
    return hostPick(
      value,
      value.shape.map((_, each) => (each === axis ? positions : null)),
    );
  }
  const made = pickTensor(storedIn(value, value.order), value.order.indexOf(axis), positions);
  return tensorValue(made, value.order);
}

/** The elements at positions of an axis of a tensor: a slice where they are evenly spaced, and a gather elsewhere. */
export function pickTensor(x: Tensor, axis: number, positions: readonly number[]): Tensor {
  const [first = 0, second] = positions;
  const step = second === undefined ? 1 : second - first;
  const isRun = step !== 0 && positions.every((position, i) => position === first + i * step);
  if (isRun && step === 1) return cut(x, axis, first, positions.length);
  if (isRun && step < 0) {
    const last = x.shape[axis] - 1;
    const mirrored = positions.map((position) => last - position);
    return pickTensor(reversed(x, [axis]), axis, mirrored);
  }
  // tfjs-wasm gives strided slices of integers as floats.
  if (isRun && x.dtype === 'float32') return everyNth(x, axis, first, positions.at(-1)! + 1, step);
  return gather(x, tensor1d([...positions], 'int32'), axis);
}

/**
 * A range of an axis. A tensor of more than 4 axes is cut as one of 3: tfjs-wasm slices others element by element, a
 * hundred times slower.
 */
export function cut(x: Tensor, axis: number, first: number, size: number): Tensor {
  if (x.rank > 4) {
    const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
    const joined = reshape(x, [sizeOf(before), x.shape[axis], sizeOf(after)]);
    return reshape(cut(joined, 1, first, size), [...before, size, ...after]);
  }
  return slice(
    x,
    x.shape.map((_, each) => (each === axis ? first : 0)),
    x.shape.map((own, each) => (each === axis ? size : own)),
  );
}
