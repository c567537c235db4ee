import { type Place, placePositions } from '../../../symmetry/internal';

/** The positions of an axis that permutations exchange, and the places on each. */
export interface AxisOrbits {
  /** The number of the orbit of each position, 0 … count − 1: `[size]`. */
  readonly labels: Int32Array;
  readonly count: number;
  /** The number of places at each position: `[size]`. */
  readonly coverage: Int32Array;
}

/** The orbits of an axis: a copy of a place at all of its units is in one; a position that no group moves is alone. */
export function axisOrbits(size: number, places: readonly Place[]): AxisOrbits {
  const leaders = Int32Array.from({ length: size }, (_, position) => position);
  const coverage = new Int32Array(size);
  for (const place of places) {
    const positions = placePositions(place);
    for (const position of positions) coverage[position]++;
    joinBlocks(leaders, positions, place, place.units);
  }
  return { ...labelsOf(leaders), coverage };
}

/**
 * Joins the positions of each copy at all units of a block.
 *
 * @param leaders - `[size]`: a position of the same orbit, itself for its leader; changed.
 * @param block - The number of units in a block.
 */
export function joinBlocks(
  leaders: Int32Array,
  positions: Int32Array,
  { units, copies }: Place,
  block: number,
): void {
  for (let start = 0; start < units; start += block) {
    for (let r = 0; r < copies; r++) {
      const first = positions[start * copies + r];
      for (let u = start + 1; u < start + block; u++) {
        const [one, other] = [
          leaderOf(leaders, first),
          leaderOf(leaders, positions[u * copies + r]),
        ];
        leaders[Math.max(one, other)] = Math.min(one, other);
      }
    }
  }
}

/** The orbits numbered in the order of their first positions. */
export function labelsOf(leaders: Int32Array): { labels: Int32Array; count: number } {
  const labels = new Int32Array(leaders.length);
  let count = 0;
  for (let position = 0; position < labels.length; position++) {
    const leader = leaderOf(leaders, position); // Never after the position.
    labels[position] = leader === position ? count++ : labels[leader];
  }
  return { labels, count };
}

function leaderOf(leaders: Int32Array, position: number): number {
  let leader = position;
  while (leaders[leader] !== leader) {
    leaders[leader] = leaders[leaders[leader]];
    leader = leaders[leader];
  }
  return leader;
}
