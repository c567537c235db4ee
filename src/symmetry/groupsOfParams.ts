import { invalid } from '../errors';
import type { AxisSpec, GroupAxis, ParameterSpec } from './axisSpec';
import type { Group } from './group';

/** The names of the groups on an axis, in order of appearance, repeats included. */
export function groupsOfAxis(axis: AxisSpec): string[] {
  return axis.kind === 'entries'
    ? axis.entries.map(({ group }) => group)
    : leavesOfAxis(axis).map(({ group }) => group);
}

/** The groups of a pattern's axis with what they stand inside of, in order of appearance. */
export function leavesOfAxis(axis: AxisSpec): GroupAxis[] {
  switch (axis.kind) {
    case 'group':
      return [axis];
    case 'product':
      return axis.factors.flatMap(leavesOfAxis);
    case 'concat':
      return axis.segments.flatMap(leavesOfAxis);
    default:
      return [];
  }
}

/**
 * The groups of a spec's parameters in order of first appearance, a parent before what is inside it, their
 * sizes left open.
 *
 * @throws InvalidInputError when a group is inside two others, inside itself, or inside one that stands
 * nowhere.
 */
export function groupsOfParams(params: Readonly<Record<string, ParameterSpec>>): Group[] {
  const axes = Object.entries(params).flatMap(([param, { axes }]) =>
    axes.map((axis) => ({ param, axis })),
  );
  const names = new Set(axes.flatMap(({ axis }) => groupsOfAxis(axis)));
  const parents = new Map<string, string>();
  for (const { param, axis } of axes) {
    for (const { group, within } of leavesOfAxis(axis)) {
      if (within === undefined) continue;
      const other = parents.get(group) ?? within;
      if (other !== within || !names.has(within)) {
        throw invalid(
          `the pattern of parameter '${param}' has '${group}[${within}]', but ${other === within ? `no parameter is on '${within}'` : `'${group}[${other}]' stands before`}`,
          `A group is inside one other, which stands in the same parameter, such as '(${within} ${group}[${within}])'`,
        );
      }
      parents.set(group, within);
    }
  }
  const ordered = new Set<string>();
  for (const name of names) addAfterParents(name, parents, ordered);
  return [...ordered].map((name) => {
    const parent = parents.get(name);
    return parent === undefined
      ? { name, size: null }
      : { name, size: null, parents: [{ group: parent }] };
  });
}

function addAfterParents(
  name: string,
  parents: ReadonlyMap<string, string>,
  ordered: Set<string>,
): void {
  const line = [name];
  for (let above = parents.get(name); above !== undefined; above = parents.get(above)) {
    if (line.includes(above)) {
      throw invalid(`group '${above}' is inside itself`, 'Write one of the two as a free group');
    }
    line.unshift(above);
  }
  for (const each of line) ordered.add(each);
}
