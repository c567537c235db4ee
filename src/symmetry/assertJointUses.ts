import { listNames, shown } from '../checks';
import { invalid } from '../errors';
import { JOINT_USES, type JointUse } from './jointUse';

/**
 * Throws unless the value is a list of joint uses, each once.
 *
 * @param param - The error's `param`.
 */
export function assertJointUses(
  param: string,
  group: string,
  uses: unknown,
): asserts uses is readonly JointUse[] {
  const sound =
    Array.isArray(uses) &&
    uses.length > 0 &&
    uses.every((use) => (JOINT_USES as readonly unknown[]).includes(use)) &&
    new Set(uses).size === uses.length;
  if (sound) return;
  throw invalid(
    `group '${group}' has ${Array.isArray(uses) ? `[${uses.map(shown)}]` : shown(uses)} as its joint uses`,
    `List one or more of ${listNames(JOINT_USES, JOINT_USES.length)}, each once, or leave the group out`,
    { param, received: uses },
  );
}
