import { crossOffsets } from '../../params/internal';
import type { Permutations } from '../../permutation';
import { type Place, permutedIndex, placeMovement } from '../../symmetry/internal';
import { axisOffsets, type Region } from './divideParameter';

/** The offsets of values: along the last axis, and over all others. That of a value is outer + inner, row-major. */
export interface LineOffsets {
  readonly outer: Int32Array;
  readonly inner: Int32Array;
}

/**
 * The offsets of a region's values among the row-major values of the view.
 *
 * @param index - By axis: position i is read at position index[i]; null, or left out, to read it at i.
 */
export function lineOffsets(
  positions: Region['positions'],
  shape: readonly number[],
  index: readonly (Int32Array | null)[] = [],
): LineOffsets {
  const offsets = axisOffsets(positions, shape, index);
  return {
    outer: offsets.slice(0, -1).reduce(crossOffsets, Int32Array.of(0)),
    inner: offsets.at(-1) ?? Int32Array.of(0),
  };
}

/**
 * For each axis of a parameter the position of θ at which a position of P θ is stored; null where none moves.
 *
 * @param places - All places of groups on the parameter.
 */
export function movedIndex(
  shape: readonly number[],
  places: readonly Place[],
  permutations: Permutations,
): (Int32Array | null)[] {
  return shape.map((size, axis) =>
    permutedIndex(
      size,
      places.filter((place) => place.axis === axis),
      (place) => placeMovement(place, permutations),
    ),
  );
}
