import type { TracedCall } from '../capture/tracedCall';
import { axesOf, axisOf } from '../labels/rules/rule';
import { type StridedRange, stridedRanges } from '../labels/rules/stridedRanges';
import type { Part, PartAxis } from './part';
import { reshapePart } from './reshapePart';
import { slicePart } from './slicePart';

/** The parts of one input of a call, and the input's shape. */
export interface MovedInput {
  readonly part: Part;
  readonly shape: readonly number[];
  /** The index of the input. */
  readonly at: number;
  /** The shapes of all inputs, as far as they are known. */
  readonly shapes: readonly (readonly number[] | null)[];
}

/** The part in each output; null where it is not in it, undefined where it cannot be told. */
export type Moved = readonly (Part | null | undefined)[];

/** The rule for a kernel that rearranges values; undefined for any other kernel. */
export function moverOf(
  kernel: string,
): ((call: TracedCall, input: MovedInput) => Moved) | undefined {
  return movers[kernel];
}

const reshape = ({ shapes: [after] }: TracedCall, { part, shape }: MovedInput): Moved => [
  reshapePart(part, shape, after),
];

const same = (_: TracedCall, { part }: MovedInput): Moved => [part];

const along = (axis: number, rank: number, range: StridedRange): (StridedRange | null)[] =>
  Array.from({ length: rank }, (_, each) => (each === axis ? range : null));

const withAxes = (part: Part, axes: readonly PartAxis[]): Part => ({ ...part, axes });

/** An axis along which the positions in the parameter cannot be told. */
const NOWHERE: PartAxis = { start: 0, digits: [] };

const movers: Readonly<Record<string, (call: TracedCall, input: MovedInput) => Moved>> = {
  Cast: same,
  Identity: same,
  Reshape: reshape,
  ExpandDims: reshape,
  Transpose: ({ attrs }, { part }) => [
    withAxes(
      part,
      (attrs.perm as number[]).map((axis) => part.axes[axis]),
    ),
  ],
  Slice({ attrs, shapes: [after] }, { part }) {
    const begins = [attrs.begin as number[]].flat();
    return [
      slicePart(
        part,
        after.map((count, axis) => ({ begin: begins[axis], count, step: 1 })),
      ),
    ];
  },
  StridedSlice({ attrs, shapes: [after] }, { part, shape }) {
    const ranges = stridedRanges(shape, attrs);
    const sliced = slicePart(part, ranges);
    const counts = ranges.map(({ count }) => count);
    return [sliced && reshapePart(sliced, counts, after)];
  },
  SplitV({ attrs, shapes }, { part, shape }) {
    const axis = axisOf(attrs.axis, shape.length);
    let begin = 0;
    return shapes.map((own) => {
      const range = { begin, count: own[axis], step: 1 };
      begin += own[axis];
      return slicePart(part, along(axis, shape.length, range));
    });
  },
  Unpack({ attrs, shapes }, { part, shape }) {
    const axis = axisOf(attrs.axis, shape.length);
    return shapes.map((_, begin) => {
      const sliced = slicePart(part, along(axis, shape.length, { begin, count: 1, step: 1 }));
      return sliced && withAxes(sliced, sliced.axes.toSpliced(axis, 1));
    });
  },
  Reverse({ attrs }, { part, shape }) {
    const axes = axesOf(attrs.dims, shape.length);
    const ranges = shape.map((count, axis) =>
      axes.includes(axis) ? { begin: count - 1, count, step: -1 } : null,
    );
    return [slicePart(part, ranges)];
  },
  PadV2: ({ attrs }, { part }) => [
    withAxes(
      part,
      part.axes.map(({ start, digits }, axis) => ({
        start: start + (attrs.paddings as number[][])[axis][0],
        digits,
      })),
    ),
  ],
  Tile: ({ attrs }, { part, shape }) => [
    withAxes(
      part,
      part.axes.map((own, axis) => {
        const count = (attrs.reps as number[])[axis];
        if (count === 1 || shape[axis] === 1) return own;
        return { start: 0, digits: [{ axis: 0, count, stride: 0, linear: true }, ...own.digits] };
      }),
    ),
  ],
  GatherV2({ attrs, shapes: [after] }, { part, shape, at }) {
    if (at !== 0 || attrs.batchDims) return [undefined]; // Constant indices pick positions of one axis.
    const picked = Array.from({ length: after.length - shape.length + 1 }, () => NOWHERE);
    return [withAxes(part, part.axes.toSpliced(axisOf(attrs.axis, shape.length), 1, ...picked))];
  },
  Concat({ attrs }, { part, shape, at, shapes }) {
    const axis = axisOf(attrs.axis, shape.length);
    const before = shapes.slice(0, at);
    if (before.some((each) => each === null)) return [undefined];
    const start = before.reduce((sum, each) => sum + each![axis], part.axes[axis].start);
    return [withAxes(part, part.axes.with(axis, { ...part.axes[axis], start }))];
  },
  Pack({ attrs, shapes: [after] }, { part, at }) {
    const axis = axisOf(attrs.axis, after.length);
    return [withAxes(part, part.axes.toSpliced(axis, 0, { start: at, digits: [] }))];
  },
};
