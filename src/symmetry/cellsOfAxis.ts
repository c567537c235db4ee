import { stridesOf } from '../params/internal';
import { axisSize, type SizeTable, solveUnknown } from './axisSize';
import type { AxisSpec } from './axisSpec';

/**
 * A regular block of positions of an axis: offset + Σ iₖ·strideₖ over its digits, from the slowest to the
 * fastest as the pattern names them. A concatenation has one for each segment.
 */
export interface Cell {
  readonly offset: number;
  readonly digits: readonly Digit[];
}

/** One index of a cell: the units of a group, or positions that no group moves. */
export interface Digit {
  /** The axis of the tensor. */
  readonly axis: number;
  readonly group: string | null;
  /** The parent in whose units these are, see `GroupAxis`. */
  readonly within: string | null;
  readonly count: number;
  readonly stride: number;
}

/** A digit with those of its ancestors, from the outermost to itself. */
export type Chain = readonly Digit[];

/**
 * The cells of a pattern's axis.
 *
 * @param axis - Its number among the axes of the tensor.
 * @param size - The number of its positions.
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
    const { group, within = null } = node.kind === 'group' ? node : { group: null };
    return [{ offset: 0, digits: [{ axis, group, within, count: positionsOf(node), stride: 1 }] }];
  }

  const sized = (node: AxisSpec) => ({ cells: cellsOf(node), size: positionsOf(node) });
  return cellsOf(spec);
}

/** The cells of a part of an axis, and the number of its positions. */
interface SizedCells {
  readonly cells: readonly Cell[];
  readonly size: number;
}

/** The cells of parts one after another. */
function joinedCells(parts: readonly SizedCells[]): Cell[] {
  let start = 0;
  return parts.flatMap(({ cells, size }) => {
    const first = start;
    start += size;
    return cells.map(({ offset, digits }) => ({ offset: first + offset, digits }));
  });
}

/** Cells, and how far apart neighbours in them are. */
interface StridedCells {
  readonly cells: readonly Cell[];
  readonly stride: number;
}

/** Parts as the factors of a row-major product. */
function factorsOf(parts: readonly SizedCells[]): StridedCells[] {
  const strides = stridesOf(parts.map(({ size }) => size));
  return parts.map(({ cells }, k) => ({ cells, stride: strides[k] }));
}

/** The cells of several axes taken together, or of the factors of a product: one of each, in every way. */
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
