import type { Place, ResolvedGroup } from '../../symmetry/internal';
import type { UnitSources } from './unitSource';

/**
 * The factors of the units at a place: the gain of producers; for consumers the share of each unit, times those of the
 * units that it is inside of. The share of an ancestor counts once at each position, and not where it is produced, as
 * the groups of a grouped convolution are.
 *
 * @param places - All places on the axis.
 * @param groups - The groups of the wider network.
 * @returns `[units]`.
 */
export function placeFactors(
  place: Place,
  places: readonly Place[],
  sources: UnitSources,
  groups: readonly ResolvedGroup[],
): Float64Array {
  const { units, role, group } = place;
  if (role !== 'consumer') {
    return new Float64Array(units).fill(role === 'producer' ? sources[group].gain : 1);
  }
  const block = Math.min(...places.flatMap((other) => sharedBlock(place, other, places) ?? []));
  return Float64Array.from({ length: units }, (_, unit) =>
    shareInside(unit, group, block, sources, groups),
  );
}

/**
 * The number of units of a consumer's place inside one unit of the ancestor that it shares with another place, which
 * has the ancestor's share or produces it; null if there is none.
 */
function sharedBlock(own: Place, other: Place, places: readonly Place[]): number | null {
  const isCoupled =
    other !== own &&
    own.coupling?.cell === other.coupling?.cell &&
    Object.hasOwn(own.coupling?.siblings ?? {}, other.group);
  const isFirst = other.role === 'producer' || places.indexOf(other) < places.indexOf(own);
  if (!isCoupled || !isFirst) return null;
  const ancestors = other.units / own.coupling!.siblings[other.group];
  return own.units / ancestors;
}

/** The product of the shares of a unit and of those that it is inside of, up to blocks of this size. */
function shareInside(
  unit: number,
  group: string,
  most: number,
  sources: UnitSources,
  groups: readonly ResolvedGroup[],
): number {
  let share = 1;
  let [name, at, block]: [string | null, number, number] = [group, unit, 1];
  while (name !== null && block < most) {
    const { parent, inner } = groups.find((each) => each.name === name)!;
    share *= sources[name].share[at];
    [name, at, block] = [parent, Math.floor(at / inner), block * inner];
  }
  return share;
}
