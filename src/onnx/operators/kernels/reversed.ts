import { reverse, type Tensor } from '@tensorflow/tfjs-core';
import { isBeyondWebGpu } from '../../values/isBeyondWebGpu';
import { alongLines } from './alongLines';

/** The tensor with axes reversed. tfjs-webgpu reverses tensors of up to 4 axes. */
export function reversed(x: Tensor, axes: readonly number[]): Tensor {
  if (!isBeyondWebGpu(x.rank)) return reverse(x, [...axes]);
  return axes.reduce((found, axis) => alongLines(found, axis, (lines) => reverse(lines, 1)), x);
}
