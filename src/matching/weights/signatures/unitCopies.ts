import { type Place, placePositions } from '../../../symmetry/internal';
import { areCoupled } from '../term';
import { joinBlocks, labelsOf } from './axisOrbits';

/**
 * The orbits of the copies inside a unit: the numbers of copies that other places on the axis exchange, `[copies]`.
 * Null if the other places do not keep the units together, or exchange other copies in one unit than in another.
 */
export function unitCopies(
  place: Place,
  onAxis: readonly Place[],
  size: number,
): { labels: Int32Array; count: number } | null {
  const { units, copies } = place;
  const positions = placePositions(place);
  const unitAt = new Int32Array(size).fill(-1);
  positions.forEach((position, i) => {
    unitAt[position] = Math.floor(i / copies);
  });
  const leaders = Int32Array.from({ length: size }, (_, position) => position);
  for (const other of onAxis) {
    if (other === place) continue;
    const others = placePositions(other);
    if (others.every((position) => unitAt[position] === -1)) continue;
    // Coupled groups move with the units of their common ancestor: only movements inside these exchange copies.
    const block = areCoupled(place, other) ? place.coupling!.siblings[other.group] : other.units;
    if (!staysInside(unitAt, others, other, block)) return null;
    joinBlocks(leaders, others, other, block);
  }
  const axis = labelsOf(leaders).labels;
  const first = canonical(axis, positions.subarray(0, copies));
  for (let u = 1; u < units; u++) {
    const own = canonical(axis, positions.subarray(u * copies, (u + 1) * copies));
    if (own.labels.some((label, r) => label !== first.labels[r])) return null;
  }
  return first;
}

/** True if each copy of a place at the units of a block lies in one unit, or outside of all. */
function staysInside(
  unitAt: Int32Array,
  positions: Int32Array,
  { units, copies }: Place,
  block: number,
): boolean {
  for (let u = 0; u < units; u++) {
    const start = u - (u % block);
    for (let r = 0; r < copies; r++) {
      if (unitAt[positions[u * copies + r]] !== unitAt[positions[start * copies + r]]) return false;
    }
  }
  return true;
}

/** The orbits of some positions, numbered in the order of their first appearance. */
function canonical(axis: Int32Array, positions: Int32Array): { labels: Int32Array; count: number } {
  const numbers = new Map<number, number>();
  const labels = positions.map((position) => {
    const label = axis[position];
    const known = numbers.get(label) ?? numbers.size;
    numbers.set(label, known);
    return known;
  });
  return { labels, count: numbers.size };
}
