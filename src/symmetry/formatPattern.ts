import type { AxisSpec, EntrySpec, GroupAxis, ParameterSpec } from './axisSpec';
import { leavesOfAxis } from './groupsOfParams';
import type { Role } from './role';

/** The pattern of a parameter, the inverse of `parsePattern`. */
export function formatPattern({ axes, optional }: ParameterSpec): string {
  return [optional ? '?' : '', ...axes.map(formatAxis)].filter((item) => item !== '').join(' ');
}

/** The pattern item of one axis. Entries written out have no pattern item: they are shown in braces. */
export function formatAxis(axis: AxisSpec): string {
  return formatItem(axis, false);
}

/**
 * The item of an axis or a part of it.
 *
 * @param covered - True if parentheses around the item have its arrows.
 */
function formatItem(axis: AxisSpec, covered: boolean): string {
  const role = covered ? undefined : sharedRole(axis);
  const inside = covered || role !== undefined;
  switch (axis.kind) {
    case 'fixed':
      return axis.size === null ? '_' : `${axis.size}`;
    case 'group':
      return withArrows(formatGroup(axis), role);
    case 'product':
      return withArrows(`(${formatFactors(axis.factors, inside)})`, role);
    case 'concat':
      return withArrows(
        `(${axis.segments.map((segment) => formatSegment(segment, inside)).join(' + ')})`,
        role,
      );
    case 'entries':
      return `{${axis.size}: ${[...new Set(axis.entries.map(formatEntry))].join(' ')}}`;
    case 'part':
      return '·';
  }
}

/** A segment of a concatenation, where a product needs no parentheses. */
function formatSegment(segment: AxisSpec, covered: boolean): string {
  return segment.kind === 'product'
    ? formatFactors(segment.factors, covered)
    : formatItem(segment, covered);
}

function formatFactors(factors: readonly AxisSpec[], covered: boolean): string {
  return factors.map((factor) => formatItem(factor, covered)).join(' ');
}

function formatGroup({ group, within }: GroupAxis): string {
  return within === undefined ? group : `${group}[${within}]`;
}

function formatEntry({ group, role }: EntrySpec): string {
  return withArrows(group, role);
}

/** The role of all groups of an axis; undefined if they have different roles, or one has none. */
function sharedRole(axis: AxisSpec): Role | undefined {
  const roles = new Set(leavesOfAxis(axis).map(({ role }) => role));
  return roles.size === 1 ? [...roles][0] : undefined;
}

/** An item with the arrows of its role: `h>` goes out of the layer, `>h` comes in. */
function withArrows(item: string, role: Role | undefined): string {
  if (role === 'producer') return `${item}>`;
  if (role === 'consumer') return `>${item}`;
  return role === 'both' ? `>${item}>` : item;
}
