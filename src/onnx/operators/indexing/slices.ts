import { slice } from '@tensorflow/tfjs-core';
import { hostPick } from '../../values/hostPick';
import { storedIn, tensorValue, type Value } from '../../values/value';
import { axisOf, type Call, inputAt, numbersAt, numbersOf, type Operators } from '../operator';
import { pickAlong } from './pickAlong';

/** Slices of values. The order of storage stays. */
export const slices: Operators = {
  Slice: { run: sliceOf, hostInputs: [1, 2, 3, 4] },
};

/** The positions that a slice takes from an axis. */
interface Range {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

function sliceOf(call: Call): Value {
  const value = inputAt(call, 0);
  const { shape } = value;
  const starts = numbersOf(call, 'starts', 1) ?? [];
  const ends = numbersOf(call, 'ends', 2) ?? [];
  const axes = numbersOf(call, 'axes', 3) ?? starts.map((_, axis) => axis);
  const steps = numbersAt(call, 4) ?? starts.map(() => 1);
  const ranges = shape.map((size): Range => ({ first: 0, step: 1, count: size }));
  for (const [i, given] of axes.entries()) {
    const axis = axisOf(given, shape.length);
    ranges[axis] = rangeOf(shape[axis], starts[i], ends[i], steps[i]);
  }
  return sliced(value, ranges);
}

/** The range of an axis with bounds as in Python: negative ones count from the end, and the others are clamped. */
function rangeOf(size: number, start: number, end: number, step: number): Range {
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const within = (bound: number) =>
    Math.min(most, Math.max(least, bound < 0 ? bound + size : bound));
  const first = within(start);
  return { first, step, count: Math.max(0, Math.ceil((within(end) - first) / step)) };
}

function sliced(value: Value, ranges: readonly Range[]): Value {
  const positions = ({ first, step, count }: Range) =>
    Array.from({ length: count }, (_, i) => first + i * step);
  if (value.kind === 'host') return hostPick(value, ranges.map(positions));
  const isWhole = ranges.every(
    ({ step, count }, axis) => step === 1 && count === value.shape[axis],
  );
  if (isWhole) return value;
  const isPlain = ranges.every(({ step, count }) => step === 1 || count === 0);
  if (isPlain && ranges.length <= 4) {
    const begin = value.order.map((axis) => (ranges[axis].count === 0 ? 0 : ranges[axis].first));
    const size = value.order.map((axis) => ranges[axis].count);
    return tensorValue(slice(storedIn(value, value.order), begin, size), value.order);
  }
  return ranges.reduce<Value>(
    (found, range, axis) => pickAlong(found, axis, positions(range)),
    value,
  );
}
