import type { ResolvedGroup } from '../../symmetry/internal';
import type { UnitPairs } from './comparedNetworks';

/** The units of the union of two networks' groups. */
export interface UnionUnits {
  /** `[units of the union]`: the unit of a; −1 for none. */
  readonly a: Int32Array;
  /** `[units of the union]`: the unit of b; −1 for none. */
  readonly b: Int32Array;
}

/**
 * The units of the union by group: those of A in their order, each with its partner, then those of B that are alone. A
 * group inside another has this order inside each unit of the union of its parent; shorter blocks are filled up with
 * units of neither network.
 *
 * @param keep - `'all'` units, or those of `'a'`: units of B that are alone are left out.
 */
export function unionUnits(
  groupsA: readonly ResolvedGroup[],
  groupsB: readonly ResolvedGroup[],
  pairs: UnitPairs,
  keep: 'all' | 'a',
): Record<string, UnionUnits> {
  const union: Record<string, UnionUnits> = {};
  for (const { name, parent, inner } of groupsA) {
    const other = groupsB.find((group) => group.name === name)!;
    const above = parent === null ? ROOT : union[parent];
    const blocks = Array.from(above.a, (blockA, at) =>
      unionBlock(
        { start: blockA < 0 ? 0 : blockA * inner, units: blockA < 0 ? 0 : inner },
        { start: above.b[at] * other.inner, units: above.b[at] < 0 ? 0 : other.inner },
        pairs[name],
        keep === 'all' || above.a[at] < 0,
      ),
    );
    const size = Math.max(...blocks.map(({ a }) => a.length));
    union[name] = {
      a: Int32Array.from(blocks.flatMap(({ a }) => filledUp(a, size))),
      b: Int32Array.from(blocks.flatMap(({ b }) => filledUp(b, size))),
    };
  }
  return union;
}

/** The one block of a free group. */
const ROOT: UnionUnits = { a: Int32Array.of(0), b: Int32Array.of(0) };

/** The units of a group inside one unit of its parent. */
interface Block {
  readonly start: number;
  readonly units: number;
}

function unionBlock(own: Block, other: Block, pairs: Int32Array, withOthers: boolean) {
  const a = Array.from({ length: own.units }, (_, k) => own.start + k);
  const b = a.map((unit) => pairs[unit]);
  const taken = new Set(b);
  for (let unit = other.start; withOthers && unit < other.start + other.units; unit++) {
    if (taken.has(unit)) continue;
    a.push(-1);
    b.push(unit);
  }
  return { a, b };
}

function filledUp(units: readonly number[], size: number): number[] {
  return [...units, ...new Array<number>(size - units.length).fill(-1)];
}
