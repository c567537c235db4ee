import { invalid } from '../../errors';
import type { JointUse } from '../../symmetry';

/**
 * Throws if units that merge are read together.
 *
 * @param uses - The joint uses of the group that merging changes, even where the units agree.
 * @param inexact - Those that the caller allows.
 * @param otherwise - What else the caller can do, for the remedy.
 */
export function assertSeparate(
  group: string,
  uses: readonly JointUse[],
  inexact: readonly JointUse[],
  otherwise: string,
): void {
  const blocking = uses.filter((use) => !inexact.includes(use));
  if (blocking.length === 0) return;
  throw invalid(
    `the units of group '${group}' are read together (${blocking.join(', ')}), which merging changes even where the units agree`,
    `${otherwise}, or pass { inexact: ['${blocking.join("', '")}'] } and check the result`,
    { param: group, received: blocking },
  );
}
