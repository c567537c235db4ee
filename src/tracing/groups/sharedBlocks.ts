import type { FoundGroups } from './formGroups';
import { ancestors, isSameArray } from './parentMaps';
import type { ParentMap } from './unitGroup';

/** Blocks that the units of two groups lie in. Whatever moves the units moves whole blocks. */
export interface SharedBlocks {
  readonly count: number;
  /** The block of each unit of either group. */
  readonly blocks: readonly { readonly group: number; readonly of: Int32Array }[];
}

/**
 * Blocks that follow from a group with two parents: two units of the parents are in one block if some unit of the
 * group belongs to both, directly or over others. A permutation of the group keeps this incidence, so it permutes
 * the blocks. In grouped-query attention a position (query head, dimension) belongs to a query head and to a
 * dimension of a key head. The blocks are the key heads.
 *
 * @param parents - All maps onto smaller groups, by group.
 * @param direct - Those that do not follow from others.
 * @returns Blocks that no common ancestor of the two parents is yet; null if there are none.
 */
export function sharedBlocks(
  found: FoundGroups,
  parents: readonly ParentMap[][],
  direct: readonly (readonly ParentMap[])[],
): SharedBlocks | null {
  for (const maps of direct) {
    for (const [i, a] of maps.entries()) {
      for (const b of maps.slice(i + 1)) {
        const shared = componentsOf(found, a, b);
        if (shared.count > 1 && !isKnown(parents, a, b, shared.count)) return shared;
      }
    }
  }
  return null;
}

/** The connected components of the units of two parents, joined where they have a common unit. */
function componentsOf({ sizes }: FoundGroups, a: ParentMap, b: ParentMap): SharedBlocks {
  const groups = a.group === b.group ? [a.group] : [a.group, b.group];
  const offset = a.group === b.group ? 0 : sizes[a.group];
  const near: number[][] = groups.flatMap((group) =>
    Array.from({ length: sizes[group] }, () => []),
  );
  for (let u = 0; u < a.of.length; u++) {
    near[a.of[u]].push(offset + b.of[u]);
    near[offset + b.of[u]].push(a.of[u]);
  }
  const blockOf = new Int32Array(near.length).fill(-1);
  let count = 0;
  for (let start = 0; start < near.length; start++) {
    if (blockOf[start] >= 0) continue;
    blockOf[start] = count;
    const queue = [start];
    for (const each of queue) {
      for (const other of near[each]) {
        if (blockOf[other] >= 0) continue;
        blockOf[other] = count;
        queue.push(other);
      }
    }
    count++;
  }
  const blocks = groups.map((group, k) => {
    const first = k * offset;
    return { group, of: blockOf.subarray(first, first + sizes[group]) };
  });
  return { count, blocks };
}

/** True if the blocks are the units of an ancestor that both parents agree on. */
function isKnown(
  parents: readonly ParentMap[][],
  a: ParentMap,
  b: ParentMap,
  count: number,
): boolean {
  const above = [a, b].map((map) =>
    ancestors(parents, map.group).map(({ group, of }) => ({
      group,
      of: map.of.map((unit) => of[unit]),
    })),
  );
  return above[0].some(
    (one) =>
      new Set(one.of).size === count &&
      above[1].some((other) => one.group === other.group && isSameArray(one.of, other.of)),
  );
}
