import { invalid } from '../errors';
import { assertGroupDepth } from './assertGroupDepth';
import type { AxisSpec, GroupAxis, ParameterSpec } from './axisSpec';
import type { Group } from './group';

/** The names of the groups on an axis, in order of appearance, with repeats. */
export function groupsOfAxis(axis: AxisSpec): string[] {
  return axis.kind === 'entries'
    ? axis.entries.map(({ group }) => group)
    : leavesOfAxis(axis).map(({ group }) => group);
}

/** The group leaves of an axis's tree, in order of appearance; none for entries written out. */
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
 * The groups of a spec's parameters with their sizes unknown, in order of first appearance, each parent before the
 * groups inside it.
 *
 * @throws InvalidInputError when a group is inside two others, inside itself, inside a group that is on no axis, or
 * too deep inside others.
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
          `the pattern of parameter '${param}' has '${group}[${within}]', but ${other === within ? `no pattern has '${within}' itself` : `an earlier one has '${group}[${other}]'`}`,
          `A group is inside one other, which is in the same pattern, such as '(${within} ${group}[${within}])'`,
          { param, received: `${group}[${within}]` },
        );
      }
      parents.set(group, within);
    }
  }
  const ordered = new Set<string>();
  for (const name of names) addAfterParents(name, parents, ordered);
  const groups = [...ordered].map((name): Group => {
    const parent = parents.get(name);
    return parent === undefined
      ? { name, size: null }
      : { name, size: null, parents: [{ group: parent }] };
  });
  assertGroupDepth(groups);
  return groups;
}

function addAfterParents(
  name: string,
  parents: ReadonlyMap<string, string>,
  ordered: Set<string>,
): void {
  const line = new Set<string>();
  for (let each: string | undefined = name; each !== undefined; each = parents.get(each)) {
    if (ordered.has(each)) break;
    if (line.has(each)) {
      throw invalid(`group '${each}' is inside itself`, 'Write one of the groups as a free group');
    }
    line.add(each);
  }
  for (const each of [...line].reverse()) ordered.add(each);
}
