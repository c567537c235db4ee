import { crossOffsets } from '../../params/internal';
import type { Permutations } from '../../permutation';
import { type Place, permutedIndex, placeMovement } from '../../symmetry/internal';
import { axisOffsets } from '../weights/divideParameter';

/** The addresses of the values of a parameter with its units moved: outer + inner, in row-major order. */
export interface MovedAddresses {
  readonly outer: Int32Array;
  readonly inner: Int32Array;
}

/**
 * The addresses in θ of the values of P θ.
 *
 * @param shape - The shape of the parameter's view.
 * @param places - All places of groups on it.
 */
export function movedAddresses(
  shape: readonly number[],
  places: readonly Place[],
  permutations: Permutations,
): MovedAddresses {
  const index = shape.map((size, axis) =>
    permutedIndex(
      size,
      places.filter((place) => place.axis === axis),
      (place) => placeMovement(place, permutations),
    ),
  );
  const offsets = axisOffsets(
    shape.map(() => null),
    shape,
    index,
  );
  return {
    outer: offsets.slice(0, -1).reduce(crossOffsets, Int32Array.of(0)),
    inner: offsets.at(-1) ?? Int32Array.of(0),
  };
}

/** total += sign · P θ, where θ are the values and P is given by the addresses. */
export function addMoved(
  total: Float64Array,
  values: Float32Array,
  { outer, inner }: MovedAddresses,
  sign: 1 | -1,
): void {
  let at = 0;
  for (const start of outer) {
    for (let i = 0; i < inner.length; i++) total[at++] += sign * values[start + inner[i]];
  }
}

/** total − P θ in float32. */
export function withoutMoved(
  total: Float64Array,
  values: Float32Array,
  { outer, inner }: MovedAddresses,
): Float32Array {
  const rest = new Float32Array(total.length);
  let at = 0;
  for (const start of outer) {
    for (let i = 0; i < inner.length; i++, at++) rest[at] = total[at] - values[start + inner[i]];
  }
  return rest;
}
