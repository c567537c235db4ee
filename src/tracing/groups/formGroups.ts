import { indices } from '../../permutation/internal';
import type { Elements } from '../labels/elements';
import type { Arrow } from './equitablePartition';

/** Groups of classes that are tied one to one. */
export interface FoundGroups {
  /** The class of each element. */
  readonly classes: Int32Array;
  /** The group of each element; −1 for a fixed element. */
  readonly group: Int32Array;
  /** The unit of each element; −1 for a fixed element. */
  readonly unit: Int32Array;
  /** The number of units of each group. */
  readonly sizes: readonly number[];
  /** One element for each unit of a group, all of one class. */
  members(group: number): Int32Array;
}

/**
 * Forms groups from classes of one size that arrows relate, and units from their elements.
 *
 * @returns The groups; or, as `tangled`, the elements of a class to pin, if a cycle of arrows does not return to its
 * start.
 */
export function formGroups(
  { count }: Elements,
  classes: Int32Array,
  classCount: number,
  arrows: readonly Arrow[],
): FoundGroups | { tangled: Int32Array } {
  const sizes = new Int32Array(classCount);
  for (const each of classes) sizes[each]++;
  const atoms = disjointSets(count);
  const families = disjointSets(classCount);
  for (const { from, to } of arrows) {
    for (let i = 0; i < from.length; i++) {
      const [source, target] = [classes[from[i]], classes[to[i]]];
      if (sizes[target] === 1 || sizes[source] !== sizes[target]) continue;
      atoms.unite(from[i], to[i]);
      families.unite(source, target);
    }
  }
  const group = new Int32Array(count).fill(-1);
  const unit = new Int32Array(count).fill(-1);
  const numbers = new Map<number, number>();
  const found: number[] = [];
  const reference: number[] = [];
  for (let e = 0; e < count; e++) {
    if (sizes[classes[e]] === 1) continue;
    const family = families.find(classes[e]);
    const own = numbers.get(family) ?? numbers.size;
    numbers.set(family, own);
    reference[own] ??= classes[e];
    const atom = atoms.find(e);
    if (unit[atom] < 0) {
      unit[atom] = found[own] ?? 0;
      found[own] = unit[atom] + 1;
    }
    unit[e] = unit[atom];
    group[e] = own;
  }
  for (const [family, own] of numbers) {
    // A cycle of one-to-one relations must return to its start: one atom for each unit.
    if (found[own] !== sizes[family]) {
      return { tangled: Int32Array.from(classes.keys()).filter((e) => classes[e] === family) };
    }
  }
  const members = found.map((size) => new Int32Array(size));
  for (let e = 0; e < count; e++) {
    if (group[e] >= 0 && classes[e] === reference[group[e]]) members[group[e]][unit[e]] = e;
  }
  return { classes, group, unit, sizes: found, members: (own) => members[own] };
}

function disjointSets(count: number): {
  find(i: number): number;
  unite(a: number, b: number): void;
} {
  const parent = indices(count);
  const find = (i: number): number => {
    let root = i;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]];
      root = parent[root];
    }
    return root;
  };
  return {
    find,
    unite(a, b) {
      // The smaller number represents both.
      const [x, y] = [find(a), find(b)];
      if (x < y) parent[y] = x;
      else parent[x] = y;
    },
  };
}
