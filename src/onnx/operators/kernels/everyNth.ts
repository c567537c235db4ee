import { stridedSlice, type Tensor } from '@tensorflow/tfjs-core';
import { isBeyondWebGpu } from '../../values/isBeyondWebGpu';
import { alongLines } from './alongLines';

/** The positions `first`, `first + step`, … of an axis before `end`. tfjs-webgpu steps in tensors of up to 4 axes. */
export function everyNth(
  x: Tensor,
  axis: number,
  first: number,
  end: number,
  step: number,
): Tensor {
  if (isBeyondWebGpu(x.rank)) {
    return alongLines(x, axis, (lines) => everyNth(lines, 1, first, end, step));
  }
  const zeros = x.shape.map(() => 0);
  const ones = x.shape.map(() => 1);
  return stridedSlice(x, zeros.with(axis, first), x.shape.with(axis, end), ones.with(axis, step));
}
