import { type Place, placePositions } from '../../symmetry/internal';
import type { PlacedAxis } from './placedView';
import type { UnitMap } from './unitMap';

/**
 * The positions of an axis in a network with other units: copy r of unit u goes to copy r of unit of[u], and the k-th
 * fixed position to the k-th fixed position.
 *
 * @param own - The axis in the network.
 * @param merged - The axis in the other network, with the same groups in the same order.
 * @param maps - The unit in the other network of each unit of each group; −1 for none.
 * @returns `[positions]`; −1 for positions of units without a counterpart.
 */
export function mergedPositions(
  own: PlacedAxis,
  merged: PlacedAxis,
  maps: Readonly<Record<string, Pick<UnitMap, 'of'>>>,
): Int32Array {
  if (own.places.length === 0) return Int32Array.from({ length: own.size }, (_, at) => at);
  const isListed = [own, merged].every(({ places }) => places.some(hasList));
  const positions = new Map<string, number>();
  for (const { units, copy, position } of copiesOn(merged, isListed)) {
    positions.set(`${keyOf(units)}|${copy}`, position);
  }
  const to = new Int32Array(own.size).fill(-1);
  for (const { units, copy, position } of copiesOn(own, isListed)) {
    const targets = units.map(({ group, unit }) => ({ group, unit: maps[group].of[unit] }));
    if (targets.some(({ unit }) => unit < 0)) continue;
    to[position] = positions.get(`${keyOf(targets)}|${copy}`)!;
  }
  return to;
}

function hasList({ layout }: Place): boolean {
  return layout.kind === 'listed';
}

/** A unit of a group. */
interface GroupUnit {
  readonly group: string;
  readonly unit: number;
}

/** A position of an axis. */
interface Copy {
  /** The units at the position, in the order of the places; empty for a fixed position. */
  readonly units: readonly GroupUnit[];
  /** The number of the position among those with the same units. */
  readonly copy: number;
  readonly position: number;
}

/**
 * The positions of an axis.
 *
 * @param inList - True to number the copies of a unit in the order of a list of positions, false in the order of the
 * axis. Patterns have both orders alike.
 */
function* copiesOn({ size, places }: PlacedAxis, inList: boolean): Generator<Copy> {
  const unitsAt = Array.from({ length: size }, (): GroupUnit[] => []);
  const order = new Set<number>(inList ? [] : unitsAt.keys());
  for (const place of places) {
    placePositions(place).forEach((position, at) => {
      unitsAt[position].push({ group: place.group, unit: Math.floor(at / place.copies) });
      order.add(position);
    });
  }
  for (const position of unitsAt.keys()) order.add(position);
  const seen = new Map<string, number>();
  for (const position of order) {
    const key = keyOf(unitsAt[position]);
    const copy = seen.get(key) ?? 0;
    seen.set(key, copy + 1);
    yield { units: unitsAt[position], copy, position };
  }
}

function keyOf(units: readonly GroupUnit[]): string {
  return units.map(({ group, unit }) => `${group} ${unit}`).join();
}
