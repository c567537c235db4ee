import { invalid } from '../errors';
import type { AxisSpec } from './axisSpec';
import { axisSize, type SizeTable, solveUnknown } from './inferSizes';

/**
 * A regular block of positions of an axis: offset + Σ iₖ·strideₖ over its digits, from the slowest to the
 * fastest as the pattern names them. A concatenation has one for each segment.
 */
export interface Cell {
  readonly offset: number;
  readonly digits: readonly Digit[];
}

/** One index of a cell: the units of a group, or positions that no group moves. */
interface Digit {
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

/** The cells of a pattern's axis. */
export function cellsOfAxis(
  spec: AxisSpec,
  axis: number,
  size: number,
  sizes: SizeTable,
): readonly Cell[] {
  const inferred = solveUnknown(spec, sizes, size) ?? 1;
  const sizeOf = (node: AxisSpec) => axisSize(node, sizes, inferred);

  function cells(node: AxisSpec): readonly Cell[] {
    if (node.kind === 'concat') {
      let offset = 0;
      return node.segments.flatMap((segment) => {
        const moved = cells(segment).map((cell) => ({ ...cell, offset: cell.offset + offset }));
        offset += sizeOf(segment);
        return moved;
      });
    }
    if (node.kind === 'product') {
      let stride = sizeOf(node);
      const factors = node.factors.map((factor) => {
        stride /= sizeOf(factor);
        return { cells: cells(factor), stride };
      });
      return crossCells(factors);
    }
    const group = node.kind === 'group' ? node.group : null;
    const within = (node.kind === 'group' ? node.within : undefined) ?? null;
    return [{ offset: 0, digits: [{ axis, group, within, count: sizeOf(node), stride: 1 }] }];
  }

  return cells(spec);
}

/** The cells of several axes taken together, or of the factors of a product: one of each, in every way. */
export function crossCells(
  factors: readonly { readonly cells: readonly Cell[]; readonly stride: number }[],
): readonly Cell[] {
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

/** The parents among the digits of other axes: pairs of axes that must be taken together. */
export function linksBetweenAxes(
  param: string,
  cells: readonly (readonly Cell[])[],
): (readonly [number, number])[] {
  const digits = cells.flatMap((list) => list.flatMap((cell) => cell.digits));
  return cells.flatMap((list) =>
    list.flatMap((cell) =>
      cell.digits.flatMap((digit) => {
        if (digit.within === null || cell.digits.some(({ group }) => group === digit.within)) {
          return [];
        }
        const others = digits.filter(({ group }) => group === digit.within);
        const axes = [...new Set(others.map(({ axis }) => axis))];
        if (axes.length !== 1 || axes[0] === digit.axis) throw unbound(param, digit, axes);
        return [[digit.axis, axes[0]] as const];
      }),
    ),
  );
}

/**
 * The chains of a cell whose last digit is no other's parent: each is one place, for a unit of an inner group
 * tells those of its ancestors.
 */
export function chainsOfCell(param: string, { digits }: Cell): Chain[] {
  const chains = digits
    .filter(({ group }) => group !== null)
    .map((digit) => chainTo(param, digit, digits));
  const above = new Set(chains.flatMap((chain) => chain.slice(0, -1)));
  return chains.filter((chain) => !above.has(chain.at(-1)!));
}

function chainTo(param: string, digit: Digit, digits: readonly Digit[]): Chain {
  if (digit.within === null) return [digit];
  const parents = digits.filter(({ group }) => group === digit.within);
  const own = parents.filter(({ axis }) => axis === digit.axis);
  // On the digit's own axis the nearest before it, else the only one of another axis.
  const before = own.filter((parent) => digits.indexOf(parent) < digits.indexOf(digit));
  const parent = before.at(-1) ?? own[0] ?? (parents.length === 1 ? parents[0] : undefined);
  if (!parent) {
    throw unbound(
      param,
      digit,
      parents.map(({ axis }) => axis),
    );
  }
  return [...chainTo(param, parent, digits), digit];
}

function unbound(param: string, { axis, group, within }: Digit, axes: readonly number[]) {
  const found = axes.length > 0 ? `on its axes ${axes.join(' and ')}` : 'nowhere on it';
  return invalid(
    `'${param}' axis ${axis} has '${group}[${within}]', but '${within}' stands ${found}`,
    `Write '${within}' once in the same product, such as '(${within} ${group}[${within}])', or on one other axis`,
  );
}
