import type { Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { axesLast } from '../../values/axesLast';
import { broadcastIndices } from '../../values/broadcastShape';
import { type HostArray, hostArray } from '../../values/hostArray';
import { tensorValue, type Value } from '../../values/value';

/** A reduction of lists of numbers, on the host and by tfjs. */
export interface Reduction {
  /** Reduces a list, which may be empty. */
  readonly onHost: (numbers: readonly number[]) => number;
  /** Reduces axes of a tensor, which has one element or more. */
  readonly onTensor: (x: Tensor, axes: number[], keepDims: boolean) => Tensor;
}

/**
 * The value with axes reduced. The order of storage stays.
 *
 * @param axes - The axes, from 0.
 * @param dtype - The type of the result. Default: the value's.
 */
export function reducedValue(
  value: Value,
  axes: readonly number[],
  keepDims: boolean,
  { onHost, onTensor }: Reduction,
  dtype: HostArray['dtype'] = value.dtype,
): Value {
  const { shape } = value;
  if (value.kind === 'host' || sizeOf(shape) === 0) {
    const data = value.kind === 'host' ? value.data : [];
    return reducedArray(hostArray(value.dtype, shape, data), axes, keepDims, onHost, dtype);
  }
  const { tensor, order } = axesLast(value, axes);
  const places = axes.map((axis) => order.indexOf(axis));
  const found = onTensor(tensor, places, keepDims);
  if (keepDims) return tensorValue(found, order);
  const left = order.filter((axis) => !axes.includes(axis));
  const before = (axis: number) => axes.filter((each) => each < axis).length;
  return tensorValue(
    found,
    left.map((axis) => axis - before(axis)),
  );
}

function reducedArray(
  { shape, data }: HostArray,
  axes: readonly number[],
  keepDims: boolean,
  onHost: Reduction['onHost'],
  dtype: HostArray['dtype'],
): HostArray {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const lists = Array.from({ length: sizeOf(kept) }, (): number[] => []);
  for (const [i, list] of broadcastIndices(kept, shape).entries()) lists[list].push(data[i]);
  const numbers = lists.map(onHost);
  return hostArray(
    dtype,
    keepDims ? kept : shape.filter((_, axis) => !axes.includes(axis)),
    dtype === 'float32' ? Float32Array.from(numbers) : numbers,
  );
}
