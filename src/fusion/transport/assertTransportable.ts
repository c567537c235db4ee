import { invalid } from '../../errors';
import type { PermutationSpec } from '../../symmetry';
import { assertRoles, type ResolvedSpec } from '../../symmetry/internal';

/** Throws unless units of every group may be averaged as producers and added as consumers. */
export function assertTransportable({ groups }: PermutationSpec, resolved: ResolvedSpec): void {
  const inner = resolved.groups.find(({ parent }) => parent !== null);
  if (inner) {
    throw invalid(
      `group '${inner.name}' is inside the units of group '${inner.parent}': transport of both at once is not supported`,
      'Align networks of one width with weightMatch and average them',
      { param: 'spec', received: inner.name },
    );
  }
  assertRoles(resolved, 'optimal transport', new Set(resolved.groups.map(({ name }) => name)));
  for (const { name, joint = [] } of groups) {
    if (joint.length === 0) continue;
    throw invalid(
      `the units of group '${name}' are read together (${joint.join(', ')}): merging them, even if they agree, changes the function`,
      'Align networks of one width with weightMatch and average them',
      { param: 'spec', received: joint },
    );
  }
}
