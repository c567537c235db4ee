import type { AxisSpec } from './axisSpec';
import type { Role } from './role';

/** The axis with a role for all groups on it that have none. */
export function withRole(axis: AxisSpec, role: Role): AxisSpec {
  const inside = (part: AxisSpec) => withRole(part, role);
  switch (axis.kind) {
    case 'group':
      return { ...axis, role: axis.role ?? role };
    case 'product':
      return { ...axis, factors: axis.factors.map(inside) };
    case 'concat':
      return { ...axis, segments: axis.segments.map(inside) };
    case 'entries':
      return {
        ...axis,
        entries: axis.entries.map((entry) => ({ ...entry, role: entry.role ?? role })),
      };
    default:
      return axis;
  }
}
