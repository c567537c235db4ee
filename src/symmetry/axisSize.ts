import type { AxisSpec, GroupAxis } from './axisSpec';

/** The sizes of groups found so far, each with the axis that it was read from. */
export type SizeTable = Map<string, { readonly size: number; readonly source: string }>;

/** The size of an axis if its one unknown (a `_` or a group of unknown size) is `inferred`. */
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

/** The number of positions of a group at a leaf of a pattern; null if its size is unknown. */
function leafSize({ group, within }: GroupAxis, sizes: SizeTable): number | null {
  const all = sizes.get(group)?.size;
  if (all === undefined) return null;
  return within === undefined ? all : all / sizes.get(within)!.size;
}

/** The value of an axis's one unknown (a group or `_`) that gives the axis this size; null if there is none. */
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
