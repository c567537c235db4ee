import type { ResolvedSpec } from '../../symmetry/internal';

/** A group and all groups inside it. */
export function groupsInside({ groups }: ResolvedSpec, group: string): ReadonlySet<string> {
  const inside = new Set([group]);
  for (const { name, parent } of groups) {
    if (parent !== null && inside.has(parent)) inside.add(name);
  }
  return inside;
}
