import type { ResolvedGroup } from '../../symmetry/internal';

/** A group with all groups inside its units, at any depth. */
export interface Family {
  readonly group: ResolvedGroup;
  readonly children: readonly Family[];
}

/** The families of the groups of the lists that have been asked. */
const known = /* @__PURE__ */ new WeakMap<readonly ResolvedGroup[], ReadonlyMap<string, Family>>();

/** The family of a group. The list of groups does not change. */
export function familyOf(groups: readonly ResolvedGroup[], name: string): Family {
  let families = known.get(groups);
  if (!families) {
    families = familiesOf(groups);
    known.set(groups, families);
  }
  return families.get(name)!;
}

function familiesOf(groups: readonly ResolvedGroup[]): Map<string, Family> {
  const childrenOf = new Map(groups.map(({ name }) => [name, [] as Family[]]));
  const families = new Map(
    groups.map((group) => [group.name, { group, children: childrenOf.get(group.name)! }]),
  );
  for (const { name, parent } of groups) {
    if (parent !== null) childrenOf.get(parent)?.push(families.get(name)!);
  }
  return families;
}

/** The groups of a family, parents before children. */
export function membersOf({ group, children }: Family): ResolvedGroup[] {
  return [group, ...children.flatMap(membersOf)];
}
