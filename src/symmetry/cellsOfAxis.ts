import { stridesOf } from '../params/internal';
import { axisSize, type SizeTable, solveUnknown } from './axisSize';
import type { AxisSpec } from './axisSpec';
import type { Role } from './role';

/**
 * A regular block of positions of an axis: offset + Σ iₖ·strideₖ over its digits, in the order of the pattern,
 * slowest first. A concatenation has one cell for each segment.
 */
export interface Cell {
  readonly offset: number;
  readonly digits: readonly Digit[];
}

/** One index of a cell, over the units of a group or over fixed positions. */
export interface Digit {
  /** The axis of the tensor. */
  readonly axis: number;
  /** The group's name; null for fixed positions. */
  readonly group: string | null;
  /** The parent of the group, see `GroupAxis`; null for a group without one. */
  readonly within: string | null;
  /** The role of the parameter for the units; null if it is not said. */
  readonly role: Role | null;
  readonly count: number;
  readonly stride: number;
}

/** A digit after the digits of its ancestors, from the outermost to the digit itself. */
export type Chain = readonly Digit[];

/**
 * The cells of an axis.
 *
 * @param axis - The axis's number in the tensor.
 * @param size - The axis's number of positions.
 */
export function cellsOfAxis(
  spec: AxisSpec,
  axis: number,
  size: number,
  sizes: SizeTable,
): readonly Cell[] {
  const inferred = solveUnknown(spec, sizes, size) ?? 1;
  const positionsOf = (node: AxisSpec) => axisSize(node, sizes, inferred);

  function cellsOf(node: AxisSpec): readonly Cell[] {
    if (node.kind === 'concat') return joinedCells(node.segments.map(sized));
    if (node.kind === 'product') return crossCells(factorsOf(node.factors.map(sized)));
    const { group, within = null, role = null } = node.kind === 'group' ? node : { group: null };
    const digit = { axis, group, within, role, count: positionsOf(node), stride: 1 };
    return [{ offset: 0, digits: [digit] }];
  }

  const sized = (node: AxisSpec) => ({ cells: cellsOf(node), size: positionsOf(node) });
  return cellsOf(spec);
}

/** The cells and the number of positions of a part of an axis. */
interface SizedCells {
  readonly cells: readonly Cell[];
  readonly size: number;
}

/** The cells of a concatenation of parts. */
function joinedCells(parts: readonly SizedCells[]): Cell[] {
  let start = 0;
  return parts.flatMap(({ cells, size }) => {
    const first = start;
    start += size;
    return cells.map(({ offset, digits }) => ({ offset: first + offset, digits }));
  });
}

/** Cells with the distance between neighbouring positions. */
interface StridedCells {
  readonly cells: readonly Cell[];
  readonly stride: number;
}

/** Parts as factors of a row-major product, with their strides. */
function factorsOf(parts: readonly SizedCells[]): StridedCells[] {
  const strides = stridesOf(parts.map(({ size }) => size));
  return parts.map(({ cells }, k) => ({ cells, stride: strides[k] }));
}

/** The cells of a product of factors, or of several axes: one for each combination of their cells. */
export function crossCells(factors: readonly StridedCells[]): readonly Cell[] {
  return factors.reduce<readonly Cell[]>(
    (products, { cells, stride }) =>
      products.flatMap((product) =>
        cells.map(({ offset, digits }) => ({
          offset: product.offset + stride * offset,
          digits: [
            ...product.digits,
            ...digits.map((digit) => ({ ...digit, stride: stride * digit.stride })),
          ],
        })),
      ),
    [{ offset: 0, digits: [] }],
  );
}
