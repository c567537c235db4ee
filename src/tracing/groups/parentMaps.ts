import { compose } from '../labels/indexMap';
import type { Arrow } from './equitablePartition';
import type { FoundGroups } from './formGroups';
import type { ParentMap } from './unitGroup';

/** The maps of each group's units onto the units of smaller groups, each once. */
export function parentMaps(found: FoundGroups, arrows: readonly Arrow[]): ParentMap[][] {
  const { classes, group, unit, sizes } = found;
  const parents: ParentMap[][] = sizes.map(() => []);
  for (const { from, to } of arrows) {
    const maps = new Map<string, { child: number; map: ParentMap }>();
    for (let i = 0; i < from.length; i++) {
      const [child, parent] = [group[from[i]], group[to[i]]];
      if (child < 0 || parent < 0 || sizes[child] === sizes[parent]) continue;
      const key = `${classes[from[i]]} ${classes[to[i]]}`;
      const entry = maps.get(key) ?? {
        child,
        map: { group: parent, of: new Int32Array(sizes[child]) },
      };
      maps.set(key, entry);
      entry.map.of[unit[from[i]]] = unit[to[i]];
    }
    for (const { child, map } of maps.values()) {
      if (!parents[child].some((other) => isSameMap(other, map))) parents[child].push(map);
    }
  }
  return parents;
}

/**
 * Relations between parents of a group that follow from its maps. If the unit of one parent determines the unit of
 * another for all units of the group, the permutation of the first determines that of the second.
 */
export function impliedArrows(
  found: FoundGroups,
  parents: readonly ParentMap[][],
  maps: readonly ParentMap[],
): Arrow[] {
  return maps.flatMap((fine) =>
    maps.flatMap((coarse) => {
      if (fine === coarse) return [];
      const of = factor(fine.of, coarse.of, found.sizes[fine.group]);
      if (of === null) return [];
      const follows = { group: coarse.group, of };
      if (ancestors(parents, fine.group).some((map) => isSameMap(map, follows))) return [];
      const to = found.members(coarse.group);
      return [{ from: found.members(fine.group), to: of.map((each) => to[each]) }];
    }),
  );
}

/** The maps to direct parents, without those to ancestors of other parents. */
export function directParents(
  parents: readonly ParentMap[][],
  maps: readonly ParentMap[],
): readonly ParentMap[] {
  return maps.filter(
    (map) =>
      !maps.some(
        (other) =>
          other !== map &&
          ancestors(parents, other.group).some((above) =>
            isSameMap(map, { group: above.group, of: compose(above.of, other.of) }),
          ),
      ),
  );
}

/** The maps of a group's units onto the units of all its ancestors. */
export function ancestors(parents: readonly ParentMap[][], group: number): ParentMap[] {
  return parents[group].flatMap((map) => [
    map,
    ...ancestors(parents, map.group).map((above) => ({
      group: above.group,
      of: compose(above.of, map.of),
    })),
  ]);
}

/** The map g with coarse = g ∘ fine; null if there is none. */
function factor(fine: Int32Array, coarse: Int32Array, size: number): Int32Array | null {
  const of = new Int32Array(size).fill(-1);
  for (let u = 0; u < fine.length; u++) {
    if (of[fine[u]] < 0) of[fine[u]] = coarse[u];
    else if (of[fine[u]] !== coarse[u]) return null;
  }
  return of;
}

function isSameMap(a: ParentMap, b: ParentMap): boolean {
  return a.group === b.group && isSameArray(a.of, b.of);
}

export function isSameArray(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}
