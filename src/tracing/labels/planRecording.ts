import { sizeOf } from '../../params/internal';
import { rootOf } from './constraints';
import { findLanes } from './lanes/findLanes';
import type { Recording, RecordingPlan } from './record';

/** A joint space of more positions costs more time than its freedom is worth. */
const maxPositions = 4e6;

/**
 * Findings of a recording that another recording of the same pass can use.
 *
 * @param plan - The findings that this recording used; null for none.
 * @returns The findings so far; null if there are no new ones.
 */
export function planRecording(
  recording: Recording,
  plan: RecordingPlan | null,
): RecordingPlan | null {
  const lanes = plan?.lanes ?? findLanes(recording);
  const joint = new Map([...(plan?.joint ?? []), ...jointAxes(recording)]);
  const isNew = plan
    ? [...joint].some(([name, axes]) => plan.joint.get(name)?.join() !== axes.join())
    : lanes.joins.size > 0 || joint.size > 0;
  return isNew ? { lanes, joint } : null;
}

/**
 * The axes of parameters that move more freely as one space: one space of another tensor meets several of theirs. The
 * input channels of a grouped convolution move inside each group, so the kernel's channels move as pairs of both.
 */
function jointAxes({ constraints, params }: Recording): Map<string, readonly number[]> {
  const joint = new Map<string, readonly number[]>();
  const wishes = constraints.apart.map((spaces) => new Set(spaces.map(rootOf)));
  for (const { name, label } of params) {
    for (const wish of wishes) {
      const bundles = label.bundles.filter(({ space }) => {
        const root = rootOf(space);
        return wish.has(root) && root.fixed === null;
      });
      const axes = new Set([...(joint.get(name) ?? []), ...bundles.flatMap((each) => each.axes)]);
      const size = sizeOf([...axes].map((axis) => label.shape[axis]));
      if (bundles.length > 1 && size <= maxPositions) {
        joint.set(
          name,
          [...axes].sort((a, b) => a - b),
        );
      }
    }
  }
  return joint;
}

/** True if two recordings are of the same calls, so that findings of one hold for the other. */
export function isSamePass(a: Recording, b: Recording): boolean {
  return (
    a.calls.length === b.calls.length &&
    a.calls.every((call, i) => JSON.stringify(call) === JSON.stringify(b.calls[i]))
  );
}
