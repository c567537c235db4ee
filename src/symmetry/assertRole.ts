import { shown } from '../checks';
import { invalid } from '../errors';
import type { AxisName } from './listedPlaces';
import type { Role } from './role';

const ROLES: readonly Role[] = ['producer', 'consumer', 'both'];

/** Throws unless the role of a group on an axis is one, or absent. */
export function assertRole({ param, axis }: AxisName, group: string, role: unknown): void {
  if (role === undefined || isRole(role)) return;
  throw invalid(
    `'${param}' axis ${axis} has the role ${shown(role)} for group '${group}'`,
    "Give 'producer', 'consumer' or 'both', or leave it out",
    { param, axis, received: role },
  );
}

/** True for the name of a role. */
export function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value);
}
