import { type Tensor, tile } from '@tensorflow/tfjs-core';
import { isBeyondWebGpu } from '../../values/isBeyondWebGpu';
import { alongLines } from './alongLines';

/** The tensor repeated along its axes. tfjs-webgpu repeats tensors of up to 4 axes: one axis after the other beyond. */
export function tiled(x: Tensor, counts: readonly number[]): Tensor {
  if (!isBeyondWebGpu(x.rank)) return tile(x, [...counts]);
  return counts.reduce(
    (found, count, axis) =>
      count === 1 ? found : alongLines(found, axis, (lines) => tile(lines, [1, count, 1])),
    x,
  );
}
