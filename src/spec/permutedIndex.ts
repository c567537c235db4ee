import { identityPermutation } from '../permutation/identityPermutation';
import type { Permutation } from '../permutation/permutation';
import { type Place, placePositions } from './places';

/**
 * Which position of an axis each position takes when the units at these places of it are permuted, or
 * null where that is its own everywhere.
 */
export function permutedIndex(
  size: number,
  places: readonly Place[],
  permutationAt: (place: Place) => Permutation,
): Int32Array | null {
  let index: Int32Array | null = null;
  for (const place of places) {
    const p = permutationAt(place);
    if (p.every((unit, i) => unit === i)) continue;
    const before: Int32Array = index ?? identityPermutation(size);
    const after: Int32Array = before.slice();
    const positions = placePositions(place);
    for (let u = 0; u < place.units; u++) {
      for (let r = 0; r < place.copies; r++) {
        after[positions[u * place.copies + r]] = before[positions[p[u] * place.copies + r]];
      }
    }
    index = after;
  }
  return index;
}
