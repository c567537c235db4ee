import type { SizeTable } from './axisSize';
import type { Group } from './group';

/** The groups of a spec by name, and their sizes. */
export interface GroupTable {
  readonly groups: ReadonlyMap<string, Group>;
  readonly sizes: SizeTable;
}

/** The number of units of a group. */
export function unitsOfGroup({ sizes }: GroupTable, group: string): number {
  return sizes.get(group)!.size;
}

/** A group and the groups that it is inside of, the group itself first. */
export function ancestorsOf(table: GroupTable, group: string): string[] {
  const parents = table.groups.get(group)?.parents ?? [];
  return [group, ...(parents.length === 1 ? ancestorsOf(table, parents[0].group) : [])];
}
