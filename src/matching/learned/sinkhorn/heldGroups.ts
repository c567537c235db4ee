import type { ResolvedSpec } from '../../../symmetry/internal';
import { isHeldInside } from './softened';

/**
 * The names of the groups that keep the order of the start inside their blocks. Somewhere another group moves their
 * blocks at the same positions, and there is no soft permutation of both.
 */
export function heldGroups({ places }: ResolvedSpec): ReadonlySet<string> {
  return new Set(places.filter(isHeldInside).map(({ group }) => group));
}
