import { nestedOffsets, stridesOf } from '../params/internal';

/** The row-major index over some axes for each value of a tensor of this shape. */
export function channelsOn(shape: readonly number[], axes: readonly number[]): Int32Array {
  const own = stridesOf(axes.map((axis) => shape[axis]));
  return nestedOffsets(
    shape,
    shape.map((_, axis) => (axes.includes(axis) ? own[axes.indexOf(axis)] : 0)),
  );
}
