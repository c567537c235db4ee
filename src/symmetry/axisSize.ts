import type { AxisSpec, GroupAxis } from './axisSpec';

/** The sizes of groups found so far, each with the place that told. */
export type SizeTable = Map<string, { readonly size: number; readonly source: string }>;

/** The size of an axis when its one inferred size (`_` inside it) is `inferred`. */
export function axisSize(axis: AxisSpec, sizes: SizeTable, inferred = 1): number {
  switch (axis.kind) {
    case 'fixed':
      return axis.size ?? inferred;
    case 'group':
      return leafSize(axis, sizes) ?? inferred;
    case 'product':
      return axis.factors.reduce((size, factor) => size * axisSize(factor, sizes, inferred), 1);
    case 'concat':
      return axis.segments.reduce((size, part) => size + axisSize(part, sizes, inferred), 0);
    case 'entries':
      return axis.size;
    case 'part':
      return inferred;
  }
}

/** The number of units of a group at a leaf of a pattern; null while it is unknown. */
function leafSize({ group, within }: GroupAxis, sizes: SizeTable): number | null {
  const all = sizes.get(group)?.size;
  if (all === undefined) return null;
  return within === undefined ? all : all / sizes.get(within)!.size;
}

/** The value of the one unknown of an axis (a group or `_`) that gives it this size, or null. */
export function solveUnknown(axis: AxisSpec, sizes: SizeTable, size: number): number | null {
  // The size of an axis grows with its unknown, so the unknown is found by bisection.
  let low = 1;
  let high = size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (axisSize(axis, sizes, middle) < size) low = middle + 1;
    else high = middle;
  }
  return axisSize(axis, sizes, low) === size ? low : null;
}
