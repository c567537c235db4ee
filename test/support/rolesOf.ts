import type { AxisSpec, Role } from 'perm-lmc';
import { leavesOfAxis } from '../../src/symmetry/groupsOfParams';

/** The roles on an axis, one for each group on it. */
export function rolesOf(axis: AxisSpec): (Role | undefined)[] {
  const leaves = axis.kind === 'entries' ? axis.entries : leavesOfAxis(axis);
  return leaves.map(({ role }) => role);
}
