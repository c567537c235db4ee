import { stridesOf } from '../../params/internal';
import { assertHostSize } from './assertHostSize';
import { type HostArray, hostArray } from './hostArray';

/**
 * The array with the elements at these positions of each axis, like a slice or a pad.
 *
 * @param picks - The positions for each axis; null keeps the axis. A position of −1 is filled.
 * @param fill - The value of filled elements. Default 0.
 */
export function hostPick(
  { dtype, shape, data }: HostArray,
  picks: readonly (readonly number[] | null)[],
  fill = 0,
): HostArray {
  const positions = shape.map((size, axis) => picks[axis] ?? [...Array(size).keys()]);
  assertHostSize(positions.map(({ length }) => length));
  const places = placesOf(positions, stridesOf(shape));
  return hostArray(
    dtype,
    positions.map(({ length }) => length),
    Array.from(places, (place) => (place < 0 ? fill : data[place])),
  );
}

/** The flat place of each element, from its positions on the axes; −1 where one of them is −1. */
function placesOf(
  positions: readonly (readonly number[])[],
  strides: readonly number[],
): Int32Array {
  let places = new Int32Array(1);
  for (const [axis, own] of positions.entries()) {
    const next = new Int32Array(places.length * own.length);
    let at = 0;
    for (const place of places) {
      for (const position of own) {
        next[at++] = place < 0 || position < 0 ? -1 : place + position * strides[axis];
      }
    }
    places = next;
  }
  return places;
}
