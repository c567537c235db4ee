import {
  add,
  concat,
  cumsum,
  reshape,
  reverse,
  slice,
  slice_util,
  stack,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { stridedRanges } from '../../tracing/internal';
import type { DifferentiatedCall, GradientRule } from './gradientRule';
import { spreadOut } from './spreadOut';
import { windowOf } from './windowOf';

type Attrs = DifferentiatedCall['attrs'];

/** Rules of kernels that cut tensors and put them together. */
export const indexingRules: Readonly<Record<string, GradientRule>> = {
  Slice: {
    gradients: ({ dy, inputs: { x }, attrs }) => ({
      x: () => {
        const [begins] = slice_util.parseSliceParams(
          x,
          attrs.begin as number[],
          attrs.size as number[],
        );
        return windowOf(
          dy,
          begins.map((begin, axis) => ({ begin: -begin, size: x.shape[axis] })),
        );
      },
    }),
  },
  StridedSlice: {
    gradients: ({ dy, inputs: { x }, attrs }) => ({ x: () => stridedGradient(dy, x.shape, attrs) }),
  },
  MirrorPad: {
    gradients: ({ dy, attrs }) => ({
      x: () => {
        const offset = attrs.mode === 'reflect' ? 1 : 0;
        return (attrs.paddings as [number, number][]).reduce(
          (result, zeros, axis) => folded(result, axis, zeros, offset),
          dy,
        );
      },
    }),
  },
  PadV2: {
    gradients: ({ dy, inputs: { x }, attrs }) => ({
      x: () =>
        slice(
          dy,
          (attrs.paddings as [number, number][]).map(([before]) => before),
          x.shape,
        ),
    }),
  },
  Concat: {
    gradients: ({ dy, inputs, attrs }) => partsAlong(dy, inputs, axisOf(attrs.axis, dy.rank)),
  },
  Pack: {
    gradients: ({ dy, inputs, attrs }) =>
      Object.fromEntries(
        Object.entries(inputs).map(([name, { shape }], i) => {
          const axis = axisOf(attrs.axis, dy.rank);
          return [name, () => reshape(sliceAlong(dy, axis, i, 1), shape)];
        }),
      ),
  },
  Unpack: {
    gradients: ({ dys, inputs: { value }, attrs }) => ({
      value: () => stack([...dys], axisOf(attrs.axis, value.rank)),
    }),
  },
  SplitV: {
    gradients: ({ dys, inputs: { x }, attrs }) => ({
      x: () => concat([...dys], axisOf(attrs.axis, x.rank)),
    }),
  },
  Reverse: { gradients: ({ dy, attrs }) => ({ x: () => reverse(dy, attrs.dims as number[]) }) },
  Tile: {
    gradients: ({ dy, inputs: { x }, attrs }) => ({
      x: () => {
        const repeated = x.shape.flatMap((size, axis) => [(attrs.reps as number[])[axis], size]);
        const copies = x.shape.map((_, axis) => 2 * axis);
        return sum(reshape(dy, repeated), copies);
      },
    }),
  },
  Cumsum: {
    gradients: ({ dy, attrs }) => ({
      x: () => cumsum(dy, attrs.axis as number, attrs.exclusive as boolean, attrs.reverse !== true),
    }),
  },
};

function axisOf(axis: unknown, rank: number): number {
  return ((axis as number) + rank) % rank;
}

function sliceAlong(x: Tensor, axis: number, begin: number, size: number): Tensor {
  return slice(x, new Array(x.rank).fill(0).with(axis, begin), x.shape.with(axis, size));
}

/** The part of a gradient that belongs to each of the tensors side by side on an axis. */
function partsAlong(dy: Tensor, inputs: Readonly<Record<string, Tensor>>, axis: number) {
  let end = 0;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => {
      const begin = end;
      end += shape[axis];
      return [name, () => sliceAlong(dy, axis, begin, shape[axis])];
    }),
  );
}

/** The gradient of x[begin], x[begin + stride], … on each axis; strides may be negative. */
function stridedGradient(dy: Tensor, shape: readonly number[], attrs: Attrs): Tensor {
  const ranges = stridedRanges(shape, attrs);
  const backwards = ranges.flatMap(({ step }, axis) => (step < 0 ? [axis] : []));
  const taken = reshape(
    dy,
    ranges.map(({ count }) => count),
  );
  const apart = spreadOut(
    reverse(taken, backwards),
    ranges.map(({ step }) => Math.abs(step)),
  );
  return windowOf(
    apart,
    ranges.map(({ begin, count, step }, axis) => {
      const last = begin + step * (count - 1);
      return { begin: -Math.min(begin, last), size: shape[axis] };
    }),
  );
}

/** The gradient of values that are mirrored at both ends of an axis: those of the copies are added to it. */
function folded(
  dy: Tensor,
  axis: number,
  [before, after]: readonly [number, number],
  offset: number,
): Tensor {
  const size = dy.shape[axis] - before - after;
  const inner = sliceAlong(dy, axis, before, size);
  const mirrored = (begin: number, length: number, at: number) => {
    const copies = reverse(sliceAlong(dy, axis, begin, length), axis);
    return windowOf(
      copies,
      copies.shape.map((own, i) => (i === axis ? { begin: -at, size } : { begin: 0, size: own })),
    );
  };
  const first = before === 0 ? inner : add(inner, mirrored(0, before, offset));
  if (after === 0) return first;
  return add(first, mirrored(before + size, after, size - offset - after));
}
