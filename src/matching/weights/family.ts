import { perObject } from '../../params/internal';
import type { ResolvedGroup } from '../../symmetry/internal';

/** A group with all groups inside its units, at any depth. */
export interface Family {
  readonly group: ResolvedGroup;
  readonly children: readonly Family[];
}

/** The family of a group. The list of groups does not change. */
export function familyOf(groups: readonly ResolvedGroup[], name: string): Family {
  return familiesOf(groups).get(name)!;
}

/** The families of all groups. */
const familiesOf = /* @__PURE__ */ perObject((groups: readonly ResolvedGroup[]) => {
  const childrenOf = new Map(groups.map(({ name }) => [name, [] as Family[]]));
  const families = new Map(
    groups.map((group) => [group.name, { group, children: childrenOf.get(group.name)! }]),
  );
  for (const { name, parent } of groups) {
    if (parent !== null) childrenOf.get(parent)?.push(families.get(name)!);
  }
  return families;
});

/** The groups of a family, parents before children: the same list at every call. */
export const membersOf: (family: Family) => readonly ResolvedGroup[] = /* @__PURE__ */ perObject(
  ({ group, children }: Family) => [group, ...children.flatMap((child) => membersOf(child))],
);

/** The names of the groups of a family, in the same order. */
export const namesIn = /* @__PURE__ */ perObject((family: Family): readonly string[] =>
  membersOf(family).map(({ name }) => name),
);
