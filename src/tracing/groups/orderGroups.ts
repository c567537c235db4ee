import { sizeOf } from '../../params/internal';
import { indices } from '../../permutation/internal';
import type { Elements } from '../labels/elements';
import { compose } from '../labels/indexMap';
import type { FoundGroups } from './formGroups';
import { isSameArray } from './parentMaps';
import type { ParentMap, Slot, UnitGroup } from './unitGroup';

/** Groups by size, parents before children, with units in the order of the parameters. */
export interface OrderedGroups {
  readonly groups: readonly UnitGroup[];
  /** The new number of each group. */
  readonly number: readonly number[];
  /** The new number of each unit, by old group. */
  readonly unit: readonly Int32Array[];
}

/**
 * Orders groups and units, and computes the digits of the units.
 *
 * @returns The ordered groups, and in `misfit` a group that must be pinned first, or null.
 */
export function orderGroups(
  { own }: Elements,
  found: FoundGroups,
  parents: readonly (readonly ParentMap[])[],
): { groups: OrderedGroups; misfit: number | null } {
  const seen = found.sizes.map((size) => new Int32Array(size).fill(-1));
  const next = found.sizes.map(() => 0);
  const visit = (group: number, unit: number): void => {
    if (seen[group][unit] >= 0) return;
    for (const map of parents[group]) visit(map.group, map.of[unit]);
    seen[group][unit] = next[group]++;
  };
  for (const ends of [own, found.group.length]) {
    for (let e = 0; e < ends; e++) if (found.group[e] >= 0) visit(found.group[e], found.unit[e]);
  }
  // A parent has fewer units than its children.
  const order = [...found.sizes.keys()].sort((a, b) => found.sizes[a] - found.sizes[b] || a - b);
  const number: number[] = [];
  for (const [at, group] of order.entries()) number[group] = at;
  const unit: Int32Array[] = [];
  const groups: UnitGroup[] = [];
  let misfit: number | null = null;
  for (const group of order) {
    const size = found.sizes[group];
    const maps = parents[group].map(({ group: parent, of }) => ({
      group: number[parent],
      of: compose(unit[parent], of),
    }));
    const sorted = [...seen[group].keys()].sort((a, b) => {
      const map = maps.find(({ of }) => of[a] !== of[b]);
      return map ? map.of[a] - map.of[b] : seen[group][a] - seen[group][b];
    });
    unit[group] = invertOrder(sorted);
    const ordered = maps.map((map) => ({
      group: map.group,
      of: Int32Array.from(sorted, (old) => map.of[old]),
    }));
    const slots = slotsOf(groups, groups.length, size, ordered);
    groups.push({ size, parents: ordered, slots });
    // A spec cannot hold a group inside the tuples of a product.
    const [parent] = ordered;
    const inTuples = ordered.length === 1 && groups[parent.group].parents.length > 1;
    if (inTuples || (ordered.length > 1 && !isWholeProduct(size, slots))) {
      const smallest = parents[group].toSorted(
        (a, b) => found.sizes[a.group] - found.sizes[b.group],
      );
      misfit ??= smallest[0].group;
    }
  }
  return { groups: { groups, number, unit }, misfit };
}

function slotsOf(
  groups: readonly UnitGroup[],
  self: number,
  size: number,
  parents: readonly ParentMap[],
): Slot[] {
  if (parents.length === 0) {
    return [{ group: self, count: size, digits: indices(size) }];
  }
  const slots: Slot[] = [];
  for (const { group, of } of parents) {
    for (const slot of groups[group].slots) {
      const digits = compose(slot.digits, of);
      const known = slots.some(
        (other) => other.group === slot.group && isSameArray(other.digits, digits),
      );
      if (!known) slots.push({ ...slot, digits });
    }
  }
  if (parents.length > 1) return slots;
  // Units are ordered by the parent's unit, so each fibre is a block of `count` units.
  const count = size / groups[parents[0].group].size;
  return [
    ...slots,
    { group: self, count, digits: Int32Array.from({ length: size }, (_, u) => u % count) },
  ];
}

/** True if there is exactly one unit for each choice of digits. */
function isWholeProduct(size: number, slots: readonly Slot[]): boolean {
  if (sizeOf(slots.map(({ count }) => count)) !== size) return false;
  const seen = new Uint8Array(size);
  for (let u = 0; u < size; u++) {
    seen[slots.reduce((position, { count, digits }) => position * count + digits[u], 0)] = 1;
  }
  return seen.every((each) => each === 1);
}

function invertOrder(order: readonly number[]): Int32Array {
  const inverse = new Int32Array(order.length);
  for (const [at, each] of order.entries()) inverse[each] = at;
  return inverse;
}
