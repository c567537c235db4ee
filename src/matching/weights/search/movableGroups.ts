import type { ResolvedGroup } from '../../../symmetry/internal';
import { familyOf, membersOf } from '../family';
import type { Term } from '../term';

/** The groups of two units or more that S depends on: they, or groups inside them, are on a term. */
export function movableGroups(
  groups: readonly ResolvedGroup[],
  terms: readonly Term[],
): ResolvedGroup[] {
  const onTerms = new Set(terms.flatMap(({ places }) => places.map(({ group }) => group)));
  return groups.filter(
    ({ name, inner }) =>
      inner > 1 && membersOf(familyOf(groups, name)).some((member) => onTerms.has(member.name)),
  );
}
