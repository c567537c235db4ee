import { listsBy } from '../params/internal';
import type { EntriesAxis, EntrySpec } from './axisSpec';
import { couplingFrom } from './couplingFrom';
import type { GroupParent } from './group';
import { type GroupTable, unitsOfGroup } from './groupTable';
import type { Coupling, Place } from './place';
import { sharedBlock } from './sharedBlock';

/** An axis of a parameter's view. */
export interface AxisName {
  readonly param: string;
  readonly axis: number;
}

/**
 * The places of entries written out: one for each group and role. The entries of a product group become places of its
 * parents.
 */
export function listedPlaces(name: AxisName, { entries }: EntriesAxis, table: GroupTable): Place[] {
  const alike = listsBy(entries, ({ group, role = '' }) => [`${role} ${group}`]);
  return [...alike.values()].flatMap((own, cell) => {
    const [{ group, role = null }] = own;
    const { parents = [] } = table.groups.get(group)!;
    if (parents.length > 1) return productPlaces(name, own, parents, cell, table);
    const indices = own.map(({ index }) => index);
    return [listedPlace(name, { group, role }, indices, null)];
  });
}

function listedPlace(
  name: AxisName,
  { group, role }: Pick<Place, 'group' | 'role'>,
  entries: readonly (readonly number[])[],
  coupling: Coupling | null,
): Place {
  return {
    ...name,
    group,
    role,
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
  const [{ role = null }] = entries;
  const coupled = parents.map((parent) => ({ group: parent.group, key: parent }));
  return parents.map(({ group }, at) => {
    const tuples = tuplesByUnit(parents, at, unitsOfGroup(table, group));
    const listed = tuples[0].flatMap((_, r) =>
      entries.map(({ index }) => tuples.map((ofUnit) => index[ofUnit[r]])),
    );
    const coupling = couplingFrom(coupled, at, cell, (first, second) =>
      sharedBlock(first, second, table),
    );
    return listedPlace(name, { group, role }, listed, coupling);
  });
}

/** For each unit of one parent the tuples that contain it, in the order of the other parents' units. */
function tuplesByUnit(parents: readonly GroupParent[], at: number, units: number): number[][] {
  const tuples: number[][] = Array.from({ length: units }, () => []);
  parents[at].of!.forEach((unit, tuple) => {
    tuples[unit].push(tuple);
  });
  const others = parents.filter((_, i) => i !== at).map(({ of }) => of!);
  for (const ofUnit of tuples) {
    ofUnit.sort((x, y) => others.reduce((sign, of) => sign || of[x] - of[y], 0));
  }
  return tuples;
}
