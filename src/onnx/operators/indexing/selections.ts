import { sizeOf } from '../../../params/internal';
import { type HostArray, hostArray, hostInts } from '../../values/hostArray';
import { hostPick } from '../../values/hostPick';
import type { Value } from '../../values/value';
import { axisOf, type Call, hostAt, inputAt, numbersAt, type Operators } from '../operator';
import { reshaped } from '../shapes/reshapes';
import { pickAlong } from './pickAlong';

/** Selections of elements whose number depends on values. */
export const selections: Operators = {
  NonZero: { run: nonZero, hostInputs: [0] },
  Compress: { run: compress, hostInputs: [1] },
  Unique: { run: unique, hostInputs: [0] },
};

/** The positions [rank, count] of the elements other than 0. */
function nonZero(call: Call): HostArray {
  const { shape, data } = hostAt(call, 0)!;
  const found = Array.from(data, (_, i) => i).filter((i) => data[i] !== 0);
  const positions = shape.map((size, axis) => {
    const inner = sizeOf(shape.slice(axis + 1));
    return found.map((i) => Math.floor(i / inner) % size);
  });
  return hostArray('int32', [shape.length, found.length], positions.flat());
}

/** The elements or slices at the positions where a condition holds. */
function compress(call: Call): Value {
  const value = inputAt(call, 0);
  const condition = numbersAt(call, 1) ?? [];
  const positions = condition.flatMap((each, i) => (each ? [i] : []));
  const axis = call.attributes.number('axis', undefined);
  if (axis !== undefined) return pickAlong(value, axisOf(axis, value.shape.length), positions);
  return pickAlong(reshaped(value, [sizeOf(value.shape)]), 0, positions);
}

/** The slices of an axis that differ, with where they stand first, what each slice became, and how often each occurs. */
function unique(call: Call): readonly Value[] {
  const given = hostAt(call, 0)!;
  const axis = call.attributes.number('axis', undefined);
  const value =
    axis === undefined ? hostArray(given.dtype, [given.data.length], given.data) : given;
  const at = axisOf(axis ?? 0, value.shape.length);
  const slices = slicesOf(value, at);
  const keys = slices.map((each) => each.join());
  const first = [...new Set(keys)].map((key) => keys.indexOf(key));
  if (call.attributes.number('sorted', 1) !== 0) {
    first.sort((a, b) => compare(slices[a], slices[b]));
  }
  const inverse = keys.map((key) => first.findIndex((position) => keys[position] === key));
  const counts = first.map((_, k) => inverse.filter((each) => each === k).length);
  const picks = value.shape.map((_, each) => (each === at ? first : null));
  return [hostPick(value, picks), ...[first, inverse, counts].map(hostInts)];
}

/** The elements of each slice of an axis. */
function slicesOf({ shape, data }: HostArray, axis: number): number[][] {
  const inner = sizeOf(shape.slice(axis + 1));
  const slices = Array.from({ length: shape[axis] }, (): number[] => []);
  for (let i = 0; i < data.length; i++) {
    slices[Math.floor(i / inner) % shape[axis]].push(data[i]);
  }
  return slices;
}

/** The order of lists by their first difference. */
function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((each, i) => each !== b[i]);
  return at < 0 ? 0 : a[at] - b[at];
}
