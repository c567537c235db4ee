import { neg, topk } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { type HostArray, hostArray } from '../../values/hostArray';
import { hostTranspose } from '../../values/hostTranspose';
import { storedIn, tensorValue, type Value } from '../../values/value';
import { axisOf, type Call, inputAt, numbersOf, type Operators } from '../operator';

/** The largest or smallest elements of an axis, and their positions. */
export const topKs: Operators = {
  TopK: { run: topKOf, hostInputs: [1] },
};

function topKOf(call: Call): readonly Value[] {
  const value = inputAt(call, 0);
  const rank = value.shape.length;
  const axis = axisOf(call.attributes.number('axis', -1), rank);
  const k = call.attributes.number('k', undefined) ?? numbersOf(call, 'k', 1)?.[0] ?? 1;
  const isLargest = call.attributes.number('largest', 1) !== 0;
  const order = [...value.shape.keys()].filter((each) => each !== axis).concat(axis);
  if (value.kind === 'host') {
    const back = [...value.shape.keys()].map((each) => order.indexOf(each));
    return hostTopK(hostTranspose(value, order), k, isLargest).map((each) =>
      hostTranspose(each, back),
    );
  }
  const x = storedIn(value, order);
  const { values, indices } = topk(isLargest ? x : neg(x), k);
  return [isLargest ? values : neg(values), indices].map((each) => tensorValue(each, order));
}

/** The elements of the last axis, sorted: of equals the first one first. */
function hostTopK({ dtype, shape, data }: HostArray, k: number, isLargest: boolean): HostArray[] {
  const size = shape.at(-1)!;
  const made = [...shape.slice(0, -1), k];
  const sign = isLargest ? -1 : 1;
  const found = Array.from({ length: sizeOf(shape.slice(0, -1)) }, (_, row) =>
    Array.from({ length: size }, (_, i) => row * size + i)
      .sort((a, b) => sign * (data[a] - data[b]))
      .slice(0, k),
  ).flat();
  return [
    hostArray(
      dtype,
      made,
      found.map((place) => data[place]),
    ),
    hostArray(
      'int32',
      made,
      found.map((place) => place % size),
    ),
  ];
}
