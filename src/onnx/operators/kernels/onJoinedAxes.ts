import { reshape, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { broadcastShape } from '../../values/broadcastShape';
import { isBeyondWebGpu } from '../../values/isBeyondWebGpu';

/**
 * An elementwise function of tensors that broadcast. Beyond the rank that all kernels of tfjs-webgpu compute,
 * neighbouring axes that broadcast alike are computed as one.
 */
export function onJoinedAxes(
  tensors: readonly Tensor[],
  map: (tensors: readonly Tensor[]) => Tensor,
): Tensor {
  if (!isBeyondWebGpu(Math.max(...tensors.map(({ rank }) => rank)))) return map(tensors);
  const shape = broadcastShape(tensors.map((each) => each.shape));
  const shapes = tensors.map((each) => ofRank(each.shape, shape.length));
  const runs = runsOf([...shapes, shape]);
  const joined = tensors.map((each, i) => reshape(each, joinedShape(shapes[i], runs)));
  return reshape(map(joined), shape);
}

/** The shape with axes of size 1 in front, up to a rank. */
export function ofRank(shape: readonly number[], rank: number): number[] {
  return [...new Array<number>(rank - shape.length).fill(1), ...shape];
}

/** Runs of neighbouring axes that have size 1 in the same shapes. Axes of size 1 in all shapes are in any run. */
export function runsOf(shapes: readonly (readonly number[])[]): number[][] {
  const patterns = shapes[0].map((_, axis) => shapes.map((shape) => shape[axis] === 1).join());
  const none = shapes.map(() => true).join();
  const runs: number[][] = [];
  let last = none;
  for (const [axis, pattern] of patterns.entries()) {
    const joins = pattern === none || pattern === last || last === none;
    if (joins && runs.length > 0) runs.at(-1)!.push(axis);
    else runs.push([axis]);
    if (pattern !== none) last = pattern;
  }
  return runs;
}

/** The shape with each run of axes as one. */
export function joinedShape(
  shape: readonly number[],
  runs: readonly (readonly number[])[],
): number[] {
  return runs.map((run) => sizeOf(run.map((axis) => shape[axis])));
}
