import {
  cast,
  getBackend,
  notEqual,
  reshape,
  scalar,
  type Tensor,
  tensor,
  transpose,
} from '@tensorflow/tfjs-core';
import { floatTensor } from './floatTensor';
import type { HostArray, SmallInt } from './hostArray';

/**
 * A tensor of the graph. Its axes may be stored in another order than the graph has them, so that images of
 * convolutions stay channels-last, and a transpose costs nothing until an operator needs its result.
 */
export interface TensorValue {
  readonly kind: 'tensor';
  readonly dtype: 'float32' | 'int32' | 'bool';
  /** The shape in the graph. */
  readonly shape: readonly number[];
  /** The graph's axes in the order of storage: axis `order[i]` of the graph is axis i of the stored tensor. */
  readonly order: readonly number[];
  /** The stored tensor in each order that was asked for, by {@link orderKey}. It has one or more. */
  readonly stored: Map<string, Tensor>;
  /** The integer type of 8 or 16 bits that the elements were cast to. Left out where it is another or not known. */
  readonly smallInt?: SmallInt;
}

/** A value of the graph: a tensor, or an array on the host. */
export type Value = TensorValue | HostArray;

/** The key of an order of axes. */
function orderKey(order: readonly number[]): string {
  return order.join();
}

/** The order of storage that is the graph's own. */
export function ownOrder(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** The order of storage with axis 1 last, for images [batch, channels, …]. */
export function channelsLast(rank: number): number[] {
  return [0, ...ownOrder(rank).slice(2), 1];
}

/**
 * A value of a tensor.
 *
 * @param order - The order in which the tensor has the graph's axes. Default: the graph's own.
 */
export function tensorValue(
  stored: Tensor,
  order: readonly number[] = ownOrder(stored.rank),
): TensorValue {
  const shape = new Array<number>(stored.rank);
  for (const [i, axis] of order.entries()) shape[axis] = stored.shape[i];
  return {
    kind: 'tensor',
    dtype: stored.dtype as TensorValue['dtype'],
    shape,
    order,
    stored: new Map([[orderKey(order), stored]]),
  };
}

/** The value with its axes permuted, as ONNX's Transpose: axis i of the result is axis `axes[i]`. No data moves. */
export function permutedValue(value: TensorValue, axes: readonly number[]): TensorValue {
  const place = (axis: number) => axes.indexOf(axis);
  const stored = [...value.stored].map(([key, each]): [string, Tensor] => [
    key === '' ? '' : orderKey(key.split(',').map((axis) => place(Number(axis)))),
    each,
  ]);
  return {
    ...value,
    shape: axes.map((axis) => value.shape[axis]),
    order: value.order.map(place),
    stored: new Map(stored),
  };
}

/** The tensor of a value with the graph's axes in this order. The value keeps it. */
export function storedIn(
  value: Value,
  order: readonly number[] = ownOrder(value.shape.length),
): Tensor {
  if (value.kind === 'host') return hostTensor(value, order);
  const key = orderKey(order);
  const known = value.stored.get(key);
  if (known) return known;
  const from = value.stored.get(orderKey(value.order))!;
  const made = reordered(
    from,
    order.map((axis) => value.order.indexOf(axis)),
  );
  value.stored.set(key, made);
  return made;
}

/** The tensor of a value with the graph's axes in the graph's order. The value keeps it. */
export function toTensor(value: Value): Tensor {
  return storedIn(value);
}

/** The tensor with its axes permuted: a reshape if only axes of size 1 change places. */
export function reordered(from: Tensor, axes: readonly number[]): Tensor {
  const shape = axes.map((axis) => from.shape[axis]);
  const moving = axes.filter((axis) => from.shape[axis] !== 1);
  if (moving.every((axis, i) => i === 0 || moving[i - 1] < axis)) {
    return axes.every((axis, i) => axis === i) ? from : reshape(from, shape);
  }
  return transposed(from, [...axes]);
}

/**
 * The transpose. That of tfjs-webgpu writes floats only, where integers are exact up to 2²⁴ in any case, and takes up to
 * 6 axes: beyond, those of size 1 are left out.
 */
function transposed(from: Tensor, axes: number[]): Tensor {
  if (getBackend() !== 'webgpu') return transpose(from, axes);
  if (from.rank > 6 && from.shape.includes(1)) return transposedWithoutOnes(from, axes);
  if (from.dtype === 'float32') return transpose(from, axes);
  const moved = transpose(floatTensor(from), axes);
  return from.dtype === 'bool' ? notEqual(moved, scalar(0)) : cast(moved, 'int32');
}

function transposedWithoutOnes(from: Tensor, axes: readonly number[]): Tensor {
  const { shape } = from;
  const kept = shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  const moved = axes.flatMap((axis) => (shape[axis] === 1 ? [] : [kept.indexOf(axis)]));
  const short = reshape(
    from,
    kept.map((axis) => shape[axis]),
  );
  return reshape(
    transposed(short, moved),
    axes.map((axis) => shape[axis]),
  );
}

/** The most and least that an int32 holds. Larger integers of a graph are bounds or fill values. */
const MOST = 2 ** 31 - 1;

function hostTensor({ dtype, shape, data }: HostArray, order: readonly number[]): Tensor {
  const values =
    dtype === 'float32'
      ? Float32Array.from(data)
      : dtype === 'int32'
        ? Int32Array.from(data, (value) => Math.max(-MOST - 1, Math.min(MOST, value)))
        : Uint8Array.from(data);
  return reordered(tensor(values, [...shape], dtype), order);
}
