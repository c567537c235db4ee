import type { AxisSpec, FixedReason, ParameterSpec, PermutationSpec } from '../symmetry';
import { groupsOfAxis } from '../symmetry/internal';
import { withReasons } from './withReasons';

/**
 * The spec in which groups no longer move, with the reason for each of their axes and a warning. The axes must have no
 * other groups.
 */
export function fixGroups(
  spec: PermutationSpec,
  groups: ReadonlySet<string>,
  { why, warning }: { readonly why: string; readonly warning: string },
): PermutationSpec {
  if (groups.size === 0) return spec;
  const isFixed = (axis: AxisSpec) => groupsOfAxis(axis).some((name) => groups.has(name));
  const fixed: FixedReason[] = [];
  const params = Object.entries(spec.params).map(([param, { axes, optional }]) => {
    axes.forEach((each, axis) => {
      if (isFixed(each)) fixed.push({ param, axis, why });
    });
    const kept = axes.map((axis) =>
      isFixed(axis) ? { kind: 'fixed' as const, size: null } : axis,
    );
    return [param, { axes: kept, optional }] satisfies [string, ParameterSpec];
  });
  const weaker = {
    ...spec,
    groups: spec.groups.filter(({ name }) => !groups.has(name)),
    params: Object.fromEntries(params),
  };
  return withReasons(weaker, { fixed, warnings: [warning] });
}
