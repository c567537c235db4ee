import type { PermutationSpec } from 'perm-lmc';

/** The groups of a spec in words: `6`, `6 in 3` for a fibred group, `6 of 2 × 3` for a product. */
export function groupList({ groups }: PermutationSpec): string[] {
  const sizes = new Map(groups.map(({ name, size }) => [name, size]));
  return groups.map(({ size, parents = [] }) => {
    const above = parents.map(({ group }) => sizes.get(group));
    if (above.length === 0) return `${size}`;
    return above.length === 1 ? `${size} in ${above[0]}` : `${size} of ${above.join(' × ')}`;
  });
}
