import { invalid } from '../../errors';
import type { Params } from '../../params';
import type { Place, ResolvedSpec } from '../../symmetry/internal';
import type { WidenedGroup } from './planWidening';

/**
 * Throws unless every place of a group that changes says its role. Where units are copied, or their producers changed, a
 * place that is both has no values that keep the function; where zeros are added, it has. Integers cannot be multiplied.
 */
export function assertWidenable(
  params: Params,
  { places, views }: ResolvedSpec,
  plan: ReadonlyMap<string, WidenedGroup>,
  rescaled: ReadonlySet<string>,
): void {
  for (const place of places) {
    const { source, isCopied } = plan.get(place.group)!;
    const hasNew = source.of.length > place.units;
    if (!hasNew) continue;
    const [axis] = views.get(place.param)!.axes[place.axis];
    if (place.role === null) throw unsaid(place, axis);
    const isChanged = isCopied || source.gain !== 1 || rescaled.has(place.group);
    const isScaled = place.role === 'consumer' ? isCopied : isChanged && !isCopied;
    const { dtype } = params[place.param];
    if (isScaled && dtype !== 'float32') throw whole(place, axis, dtype);
    if (place.role === 'both' && isChanged) throw twofold(place, axis);
    if (place.role === 'consumer' && source.gain !== 1) throw consumed(place, axis);
  }
}

function unsaid({ param, group }: Place, axis: number) {
  return invalid(
    `new units of group '${group}' have zero or shared consumers, and the spec does not say whether '${param}' axis ${axis} is one`,
    `Write its arrow, '${group}>' if the layer computes the units and '>${group}' if it adds over them; or use traceSpec or a preset, which know the roles`,
    { param, axis, received: group },
  );
}

function twofold({ param, group }: Place, axis: number) {
  return invalid(
    `the units of group '${group}' would be copied or rescaled, and '${param}' axis ${axis} both computes them and adds over them`,
    `Leave '${group}' as it is, or use fill 'zero' where its units are not read together`,
    { param, axis, received: group },
  );
}

function whole({ param, group }: Place, axis: number, dtype: string) {
  return invalid(
    `the values of group '${group}' in '${param}' would be multiplied, and they are ${dtype}`,
    `Cast '${param}' to float32`,
    { param, axis, received: dtype },
  );
}

function consumed({ param, group }: Place, axis: number) {
  return invalid(
    `the units of group '${group}' are in a dot product, and '${param}' axis ${axis} adds over them as well`,
    `Leave '${group}' as it is`,
    { param, axis, received: group },
  );
}
