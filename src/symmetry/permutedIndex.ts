import type { Permutation, Permutations } from '../permutation';
import { indices } from '../permutation/internal';
import { isWholeAxis, type Place, placePositions } from './place';

/**
 * The gather index of an axis that moves the units at these places: position i takes the value at index[i].
 *
 * @param size - The size of the axis.
 * @param movementAt - The movement of a place, see {@link placeMovement}.
 * @returns `[size]`; null if no position moves. It may be a movement itself: callers must not change it.
 */
export function permutedIndex(
  size: number,
  places: readonly Place[],
  movementAt: (place: Place) => Permutation,
): Int32Array | null {
  let index: Int32Array | null = null;
  for (const place of places) {
    const p = movementAt(place);
    if (isIdentity(p)) continue;
    index =
      index === null && isWholeAxis(place, size) ? p : movedIndex(index ?? indices(size), place, p);
  }
  return index;
}

/** The index after a movement of a place's units. */
function movedIndex(before: Int32Array, place: Place, p: Permutation): Int32Array {
  const { units, copies } = place;
  const positions = placePositions(place);
  const after = before.slice();
  for (let u = 0; u < units; u++) {
    const to = u * copies;
    const from = p[u] * copies;
    for (let r = 0; r < copies; r++) after[positions[to + r]] = before[positions[from + r]];
  }
  return after;
}

function isIdentity(p: Permutation): boolean {
  for (let i = 0; i < p.length; i++) if (p[i] !== i) return false;
  return true;
}

/**
 * The part of a group's permutation that acts at a place's positions: all of it, or only its movements inside the
 * place's blocks if another place moves the blocks.
 */
export function placeMovement({ group, coupling }: Place, permutations: Permutations): Permutation {
  const p = permutations[group];
  return coupling === null || coupling.inner === null ? p : insideBlocks(p, coupling.inner);
}

/**
 * The part of a permutation of whole blocks that moves units inside their block and leaves the blocks in place:
 * u ↦ size·⌊u / size⌋ + (p[u] mod size).
 */
export function insideBlocks(p: Permutation, size: number): Permutation {
  return p.map((unit, u) => u - (u % size) + (unit % size));
}
