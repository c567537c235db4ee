import { invalid } from '../errors';
import type { EntriesAxis, EntrySpec } from './axisSpec';
import { couplingFrom } from './couplingFrom';
import type { GroupParent } from './group';
import { ancestorsOf, type GroupTable, unitsOfGroup } from './groupTable';
import type { Coupling, Place } from './place';

/** An axis of a parameter's view. */
export interface AxisName {
  readonly param: string;
  readonly axis: number;
}

/** The places of entries written out. The entries of a product group become places of its parents. */
export function listedPlaces(
  name: AxisName,
  { entries }: EntriesAxis,
  size: number,
  table: GroupTable,
): Place[] {
  return [...new Set(entries.map(({ group }) => group))].flatMap((group, cell) => {
    const own = entries.filter((entry) => entry.group === group);
    assertDisjoint(name, own, size);
    const { parents = [] } = table.groups.get(group)!;
    if (parents.length > 1) return productPlaces(name, own, parents, cell, table);
    const indices = own.map(({ index }) => index);
    return [listedPlace(name, group, indices, null)];
  });
}

function listedPlace(
  name: AxisName,
  group: string,
  entries: readonly (readonly number[])[],
  coupling: Coupling | null,
): Place {
  return {
    ...name,
    group,
    units: entries[0].length,
    copies: entries.length,
    layout: { kind: 'listed', entries },
    coupling,
  };
}

/** A place for each parent of a product group. Its copies run over the units of the other parents. */
function productPlaces(
  name: AxisName,
  entries: readonly EntrySpec[],
  parents: readonly GroupParent[],
  cell: number,
  table: GroupTable,
): Place[] {
  const coupled = parents.map((parent) => ({ group: parent.group, key: parent }));
  return parents.map(({ group }, at) => {
    const tuples = tuplesByUnit(entries[0].group, parents, at, unitsOfGroup(table, group));
    const listed = tuples[0].flatMap((_, r) =>
      entries.map(({ index }) => tuples.map((ofUnit) => index[ofUnit[r]])),
    );
    const coupling = couplingFrom(coupled, at, cell, (first, second) =>
      blockSize(first, second, table),
    );
    return listedPlace(name, group, listed, coupling);
  });
}

/** For each unit of one parent the tuples that contain it, in the order of the other parents' units. */
function tuplesByUnit(
  product: string,
  parents: readonly GroupParent[],
  at: number,
  units: number,
): number[][] {
  const tuples: number[][] = Array.from({ length: units }, () => []);
  parents[at].of!.forEach((unit, tuple) => {
    tuples[unit].push(tuple);
  });
  const others = parents.filter((_, i) => i !== at).map(({ of }) => of!);
  for (const ofUnit of tuples) {
    ofUnit.sort((x, y) => others.reduce((sign, of) => sign || of[x] - of[y], 0));
  }
  if (tuples.some(({ length }) => length !== tuples[0].length)) {
    throw invalid(
      `the units of '${parents[at].group}' are in different numbers of tuples of the product '${product}'`,
      'Every unit of a parent must be in the same number of tuples of the product',
    );
  }
  return tuples;
}

/**
 * The number of units of the first parent inside each unit of the innermost shared ancestor whose unit is the same
 * for both parents in every tuple; null if there is no such ancestor.
 */
function blockSize(first: GroupParent, second: GroupParent, table: GroupTable): number | null {
  const units = (group: string) => unitsOfGroup(table, group);
  const above = ancestorsOf(table, second.group);
  const shared = ancestorsOf(table, first.group).find((name) => {
    if (!above.includes(name)) return false;
    const [x, y] = [first, second].map(({ group }) => units(group) / units(name));
    return first.of!.every(
      (unit, tuple) => Math.floor(unit / x) === Math.floor(second.of![tuple] / y),
    );
  });
  return shared === undefined ? null : units(first.group) / units(shared);
}

function assertDisjoint(
  { param, axis }: AxisName,
  entries: readonly EntrySpec[],
  size: number,
): void {
  const seen = new Uint8Array(size);
  for (const { group, index } of entries) {
    for (const position of index) {
      const outside = !Number.isInteger(position) || position < 0 || position >= size;
      if (outside || seen[position] === 1) {
        throw invalid(
          `'${param}' axis ${axis}: the entries of group '${group}' hold position ${position} ${outside ? `on an axis of size ${size}` : 'twice'}`,
          'Positions are integers in 0 … size − 1, each in at most one entry of a group',
          { param, axis, received: position },
        );
      }
      seen[position] = 1;
    }
  }
}
