import { invalid } from '../../errors';
import type { ResolvedGroup } from '../../symmetry/internal';
import { completeMaps } from '../units/completeMaps';
import type { UnitMap } from '../units/unitMap';
import type { FoldResult } from './foldOptions';

/** The maps of all groups from a network to its fold, whose groups were folded one after another. */
export function clusterMaps(
  groups: readonly ResolvedGroup[],
  { clusters, weights }: Pick<FoldResult, 'clusters' | 'weights'>,
): Record<string, UnitMap> {
  let maps = completeMaps(groups, {}, 1);
  let current = groups;
  for (const [group, of] of Object.entries(clusters)) {
    assertClusters(current, group, of, weights[group]);
    const size = 1 + of.reduce((most, cluster) => Math.max(most, cluster), -1);
    const next = completeMaps(current, { [group]: { size, of, weight: weights[group] } }, 1);
    current = current.map((own) => resized(own, next));
    maps = Object.fromEntries(
      Object.entries(maps).map(([name, map]) => [name, composed(map, next[name])]),
    );
  }
  return maps;
}

/** The group with the size after a map. */
function resized(group: ResolvedGroup, maps: Readonly<Record<string, UnitMap>>): ResolvedGroup {
  const { size } = maps[group.name];
  const blocks = group.parent === null ? 1 : maps[group.parent].size;
  return { ...group, size, inner: size / blocks };
}

/** The map by `first`, then by `second`. */
function composed(first: UnitMap, second: UnitMap): UnitMap {
  return {
    size: second.size,
    of: first.of.map((unit) => second.of[unit]),
    weight: first.weight.map((each, unit) => each * second.weight[first.of[unit]]),
  };
}

/** Throws unless a group of the network has these units. */
function assertClusters(
  groups: readonly ResolvedGroup[],
  name: string,
  of: unknown,
  weight: unknown,
): void {
  const size = groups.find((group) => group.name === name)?.size;
  const isValid =
    of instanceof Int32Array &&
    of.every((cluster) => cluster >= 0) &&
    weight instanceof Float64Array;
  if (isValid && size === of.length && size === weight.length) return;
  throw invalid(
    isValid
      ? `the fold has ${of.length} units of group '${name}', and the parent ${size ?? 'has no such group'}`
      : `clusters and weights of group '${name}' are not an Int32Array of numbers from 0 and a Float64Array`,
    'Pass what fold returned, and the network that it folded',
    { param: name, received: isValid ? of.length : typeof of },
  );
}
