import { invalid } from '../errors';
import type { Place } from './place';
import type { ResolvedSpec } from './resolveShapes';

/**
 * Throws unless every place of the groups has the role of a producer or of a consumer.
 *
 * @param task - The task that needs roles, as a noun phrase for the message, such as `'merging'`.
 * @param groups - The groups whose places are checked. Default: all.
 */
export function assertRoles(
  { places, views }: ResolvedSpec,
  task: string,
  groups?: ReadonlySet<string>,
): void {
  for (const { param, axis: viewed, group, role } of places) {
    if (groups !== undefined && !groups.has(group)) continue;
    const [axis] = views.get(param)!.axes[viewed];
    if (role === null) throw unsaid({ param, axis, group }, task);
    if (role === 'both') throw twofold({ param, axis, group }, task);
  }
}

/** A place on an axis of the tensor. */
type PlaceName = Pick<Place, 'param' | 'axis' | 'group'>;

function unsaid({ param, axis, group }: PlaceName, task: string) {
  return invalid(
    `${task} averages producers and adds consumers, and the spec does not say which '${param}' axis ${axis} is for group '${group}'`,
    `Write its arrow, '${group}>' if the layer computes the units and '>${group}' if it adds over them; or use traceSpec or a preset, which know the roles`,
    { param, axis, received: group },
  );
}

function twofold({ param, axis, group }: PlaceName, task: string) {
  return invalid(
    `${task} averages producers and adds consumers, and '${param}' axis ${axis} is both for group '${group}'`,
    `Leave group '${group}' as it is: permute and widen are possible, ${task} is not`,
    { param, axis, received: group },
  );
}
