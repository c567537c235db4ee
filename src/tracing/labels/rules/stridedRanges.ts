import { slice_util } from '@tensorflow/tfjs-core';

/** The positions begin, begin + step, … of an axis, `count` of them. */
export interface StridedRange {
  readonly begin: number;
  readonly count: number;
  /** Negative for positions in falling order. */
  readonly step: number;
}

/**
 * The positions that the kernel StridedSlice takes of each axis of a tensor, before it adds new axes and drops others.
 *
 * @param shape - The shape of the tensor.
 * @param attrs - The attributes of the kernel.
 */
export function stridedRanges(
  shape: readonly number[],
  attrs: Readonly<Record<string, unknown>>,
): StridedRange[] {
  const { begin, end, strides } = slice_util.sliceInfo(
    [...shape],
    attrs.begin as number[],
    attrs.end as number[],
    attrs.strides as number[],
    attrs.beginMask as number,
    attrs.endMask as number,
    attrs.ellipsisMask as number,
    attrs.newAxisMask as number,
    attrs.shrinkAxisMask as number,
  );
  const counts = slice_util.computeOutShape(begin, end, strides);
  return begin.map((first, axis) => ({ begin: first, count: counts[axis], step: strides[axis] }));
}
