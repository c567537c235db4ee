import { wrongAxis } from './assertTree';
import type { AxisSpec, EntriesAxis, EntrySpec, GroupAxis } from './axisSpec';
import type { AxisName } from './listedPlaces';

/**
 * Positions written out, for groups of other sizes: the axis as it is if its groups keep their sizes, else a
 * concatenation of its groups.
 *
 * @param sizes - The new sizes of groups; null if unknown.
 * @throws InvalidInputError when a group has another size and the units of some group are not side by side, in order.
 */
export function resizeEntries(
  name: AxisName,
  axis: EntriesAxis,
  sizes: ReadonlyMap<string, number | null>,
): AxisSpec {
  const resized = axis.entries.find(({ group, index }) => sizes.get(group) !== index.length);
  if (resized === undefined) return axis;
  const inOrder = axis.entries.every(({ index }) => index.every((at, u) => at === index[0] + u));
  if (inOrder && (axis.axes ?? []).length < 2) return concatenation(axis);
  throw wrongAxis(
    name,
    `has the positions of group '${resized.group}' written out for ${resized.index.length} units, and no rule for another number`,
    `Leave '${resized.group}' as it is, or derive a spec from a network of the new sizes with traceSpec`,
    resized.group,
  );
}

/** The groups of entries whose units are side by side, with fixed positions between them. */
function concatenation({ size, entries }: EntriesAxis): AxisSpec {
  const segments: AxisSpec[] = [];
  let at = 0;
  const fill = (end: number) => {
    if (end > at) segments.push({ kind: 'fixed', size: end - at });
  };
  for (const entry of entries.toSorted((a, b) => a.index[0] - b.index[0])) {
    fill(entry.index[0]);
    segments.push(leafOf(entry));
    at = entry.index[0] + entry.index.length;
  }
  fill(size);
  return segments.length === 1 ? segments[0] : { kind: 'concat', segments };
}

function leafOf({ group, role }: EntrySpec): GroupAxis {
  return { kind: 'group', group, ...(role ? { role } : {}) };
}
