import { add, mul, reshape, scalar, sum, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { nestedOffsets, sizeOf, stridesOf } from '../../../params/internal';
import type { HostArray } from '../../values/hostArray';
import { toTensor, type Value } from '../../values/value';
import { fromEnd } from './fromEnd';

/** The rows of a table that indices name: on the host, or a tensor [count] if the indices are one. */
export type Places = readonly number[] | Tensor;

/**
 * The elements of an array that indices along one axis name, as places in the flat array. The other axes of the
 * indices are positions themselves.
 *
 * @param shape - The shape of the array.
 */
export function elementPlaces(indices: Value, shape: readonly number[], axis: number): Places {
  const strides = stridesOf(shape);
  const offsets = nestedOffsets(
    indices.shape,
    strides.map((stride, each) => (each === axis ? 0 : stride)),
  );
  if (indices.kind === 'host') {
    return Array.from(
      offsets,
      (offset, i) => offset + wrapped(indices.data[i], shape[axis]) * strides[axis],
    );
  }
  const flat = reshape(fromEnd(toTensor(indices), shape[axis]), [offsets.length]);
  return add(mul(flat, scalar(strides[axis], 'int32')), tensor1d(offsets, 'int32'));
}

/**
 * The slices of an array that indices [..., depth] name, as rows of a table [rows, …] of them.
 *
 * @param batch - The number of leading axes that the array and the indices share.
 */
export function rowPlaces(indices: Value, shape: readonly number[], batch: number): Places {
  const depth = indices.shape.at(-1)!;
  const sizes = shape.slice(batch, batch + depth);
  const strides = stridesOf(sizes);
  const count = sizeOf(indices.shape.slice(0, -1));
  const each = count / sizeOf(shape.slice(0, batch));
  const starts = Array.from({ length: count }, (_, i) => Math.floor(i / each) * sizeOf(sizes));
  if (indices.kind === 'host')
    return starts.map((start, i) => start + rowOf(indices, i, sizes, strides));
  const flat = reshape(toTensor(indices), [count, depth]);
  const own = fromEnd(flat, sizes);
  const rows = sum(mul(own, tensor1d([...strides], 'int32')), 1);
  return batch === 0 ? rows : add(rows, tensor1d(starts, 'int32'));
}

function rowOf(
  { data }: HostArray,
  i: number,
  sizes: readonly number[],
  strides: readonly number[],
): number {
  return sizes.reduce(
    (row, size, k) => row + wrapped(data[i * sizes.length + k], size) * strides[k],
    0,
  );
}

function wrapped(index: number, size: number): number {
  return index < 0 ? index + size : index;
}
