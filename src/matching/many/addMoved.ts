import type { Permutations } from '../../permutation';
import type { Place } from '../../symmetry/internal';
import { type LineOffsets, lineOffsets, movedIndex } from '../weights/lineOffsets';

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
): LineOffsets {
  const everywhere = shape.map(() => null);
  return lineOffsets(everywhere, shape, movedIndex(shape, places, permutations));
}

/** total += sign · P θ, where θ are the values and P is given by the addresses. */
export function addMoved(
  total: Float64Array,
  values: Float32Array,
  { outer, inner }: LineOffsets,
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
  { outer, inner }: LineOffsets,
): Float32Array {
  const rest = new Float32Array(total.length);
  let at = 0;
  for (const start of outer) {
    for (let i = 0; i < inner.length; i++, at++) rest[at] = total[at] - values[start + inner[i]];
  }
  return rest;
}
