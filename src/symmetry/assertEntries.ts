import { isRecord, shown } from '../checks';
import { assertRole } from './assertRole';
import { assertListed, wrongAxis } from './assertTree';
import type { SizeTable } from './axisSize';
import type { EntriesAxis, EntrySpec } from './axisSpec';
import type { Group } from './group';
import { learnEntries } from './inferSizes';
import type { AxisName } from './listedPlaces';

/**
 * Throws unless each entry of an axis has the units of one group of the spec, each at a position of its own: no
 * position is in two entries, of any groups. A position that two groups move is a unit of a product of both.
 *
 * @param sizes - The sizes of groups known so far. Those of the entries' groups are added.
 */
export function assertEntries(
  name: AxisName,
  axis: EntriesAxis,
  groups: ReadonlyMap<string, Group>,
  sizes: SizeTable,
): void {
  const { size, entries, axes } = axis;
  if (!isInteger(size, 1) || !Array.isArray(entries) || entries.length === 0) {
    throw wrongAxis(
      name,
      `has ${Array.isArray(entries) ? entries.length : shown(entries)} entries on ${shown(size)} positions`,
      'Give it a size, an integer ≥ 1, and a list of entries',
      axis,
    );
  }
  if (axes !== undefined && !(Array.isArray(axes) && axes.every((each) => isInteger(each, 0)))) {
    throw wrongAxis(
      name,
      `has entries over the axes ${shown(axes)}`,
      'List the numbers of the axes, starting with its own',
      axes,
    );
  }
  for (const entry of entries) assertEntry(name, entry, groups);
  assertDisjoint(name, axis);
  learnEntries(axis, { param: name.param, at: name.axis }, sizes);
}

function assertEntry(name: AxisName, entry: EntrySpec, groups: ReadonlyMap<string, Group>): void {
  if (!isRecord(entry) || !Array.isArray(entry.index) || entry.index.length === 0) {
    throw wrongAxis(
      name,
      `has ${isRecord(entry) ? 'an entry without an index' : shown(entry)} in its entries`,
      'Make it { group, index }, with the position of each unit in index',
      entry,
    );
  }
  assertListed(name, entry.group, groups);
  assertRole(name, entry.group, entry.role);
}

/** Throws unless all positions of all entries are on the axis, and different. */
function assertDisjoint(name: AxisName, { size, entries }: EntriesAxis): void {
  const groupAt = new Map<number, string>();
  for (const { group, index } of entries) {
    for (const position of index) {
      if (!isInteger(position, 0) || position >= size) {
        throw wrongAxis(
          name,
          `has position ${shown(position)} on an axis of size ${size} in an entry of group '${group}'`,
          'Positions are integers in 0 … size − 1',
          position,
        );
      }
      const other = groupAt.get(position);
      if (other !== undefined) throw overlap(name, position, group, other);
      groupAt.set(position, group);
    }
  }
}

function overlap(name: AxisName, position: number, group: string, other: string) {
  return group === other
    ? wrongAxis(
        name,
        `has position ${position} twice in the entries of group '${group}'`,
        'Each position is in at most one entry',
        position,
      )
    : wrongAxis(
        name,
        `has position ${position} in entries of both '${other}' and '${group}'`,
        'Each position is in at most one entry. A group moves with its parents, so leave out their entries; positions that two groups move belong to an entry of a product with both as parents',
        position,
      );
}

function isInteger(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}
