import type { ResolvedGroup } from '../../symmetry/internal';

/** A group with all groups inside its units, at any depth. */
export interface Family {
  readonly group: ResolvedGroup;
  readonly children: readonly Family[];
}

/** The family of a group. */
export function familyOf(groups: readonly ResolvedGroup[], name: string): Family {
  return {
    group: groups.find((group) => group.name === name)!,
    children: groups
      .filter(({ parent }) => parent === name)
      .map((child) => familyOf(groups, child.name)),
  };
}

/** The groups of a family, parents before children. */
export function membersOf({ group, children }: Family): ResolvedGroup[] {
  return [group, ...children.flatMap(membersOf)];
}
