import { sizeOf } from '../../params/internal';
import { rootOf, type Space } from './constraints';
import { findLanes } from './lanes/findLanes';
import type { Recording, RecordingPlan } from './recording';

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
  const before = plan?.joint ?? new Map<string, readonly number[]>();
  const joint = jointAxes(recording, before);
  const isNew = plan
    ? [...joint].some(([name, axes]) => before.get(name)?.length !== axes.length)
    : lanes.joins.size > 0 || joint.size > 0;
  return isNew ? { lanes, joint } : null;
}

/**
 * The axes of parameters that move more freely as one space, added to those known before: one space of another tensor
 * meets several of theirs. The input channels of a grouped convolution move inside each group, so the kernel's
 * channels move as pairs of both.
 */
function jointAxes(
  { constraints, params }: Recording,
  before: RecordingPlan['joint'],
): RecordingPlan['joint'] {
  const joint = new Map(before);
  for (const apart of movingTogether(constraints.apart)) {
    for (const { name, label } of params) {
      const bundles = label.bundles.filter(({ space }) => apart.has(rootOf(space)));
      if (bundles.length < 2) continue;
      const axes = new Set([...(joint.get(name) ?? []), ...bundles.flatMap((each) => each.axes)]);
      const size = sizeOf([...axes].map((axis) => label.shape[axis]));
      if (size <= maxPositions)
        joint.set(
          name,
          [...axes].sort((x, y) => x - y),
        );
    }
  }
  return joint;
}

/** The sets of two or more spaces that are not fixed, each once. */
function movingTogether(apart: readonly (readonly Space[])[]): ReadonlySet<Space>[] {
  const sets = new Map<string, ReadonlySet<Space>>();
  for (const spaces of apart) {
    const roots = new Set(spaces.map(rootOf).filter(({ fixed }) => fixed === null));
    if (roots.size > 1) sets.set([...roots].map(({ id }) => id).join(), roots);
  }
  return [...sets.values()];
}

/** True if two recordings are of the same calls, so that findings of one hold for the other. */
export function isSamePass(a: Recording, b: Recording): boolean {
  return (
    a.calls.length === b.calls.length &&
    a.calls.every((call, i) => JSON.stringify(call) === JSON.stringify(b.calls[i]))
  );
}
