import { type Tensor, transpose } from '@tensorflow/tfjs-core';

/** A tensor with one axis moved to another place, the others in their order; `x` itself if nothing moves. */
export function moveAxis(x: Tensor, from: number, to: number): Tensor {
  if (from === to) return x;
  const axes = Array.from({ length: x.rank }, (_, axis) => axis).filter((axis) => axis !== from);
  axes.splice(to, 0, from);
  return transpose(x, axes);
}
