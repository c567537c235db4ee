import { invalid } from '../../errors';
import type { ResolvedGroup } from '../../symmetry/internal';
import { fibredMap, identityMap, type UnitMap, type UnitMaps } from './unitMap';

/**
 * A map for every group of a network. A group without one keeps its units: a free group with the network's weight, a
 * fibred one inside the merged units of its parent.
 *
 * @param weight - The weight of the network among those that are combined.
 * @throws InvalidInputError when a map has another number of units, or takes units of one block of a fibred group to
 * different merged blocks.
 */
export function completeMaps(
  groups: readonly ResolvedGroup[],
  maps: UnitMaps,
  weight: number,
): Record<string, UnitMap> {
  const complete: Record<string, UnitMap> = {};
  for (const group of groups) {
    const { name, parent, inner } = group;
    const above = parent === null ? identityMap(1) : complete[parent];
    const rest = parent === null ? weight : 1;
    complete[name] = Object.hasOwn(maps, name)
      ? maps[name]
      : fibredMap(
          above,
          Array.from(above.of, () => identityMap(inner, rest)),
        );
    assertMap(group, complete[name], above);
  }
  return complete;
}

/** Throws unless a map has the group's units, and keeps blocks of a fibred group together. */
function assertMap({ name, size, inner }: ResolvedGroup, map: UnitMap, above: UnitMap): void {
  const blocks = map.size / above.size;
  const fits = (to: number, unit: number) => {
    const block = above.of[Math.floor(unit / inner)];
    return to === -1 || (to >= 0 && to < map.size && Math.floor(to / blocks) === block);
  };
  if (map.of.length === size && Number.isInteger(blocks) && map.of.every(fits)) return;
  throw invalid(
    `the map of group '${name}' does not take its ${size} units to ${map.size} merged units in the blocks of its parent`,
    'Map each unit inside the merged unit of its block',
    { param: name, received: map.of.length },
  );
}
