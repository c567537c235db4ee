import { DEPTH } from './allPanels';
import { blockPacker, packerRoom } from './blockPacker';
import { PANEL, subtractPanels } from './packPanels';
import {
  type PanelSide,
  type PanelWorkspace,
  panelWorkspace,
  workspaceSize,
} from './panelWorkspace';
import { rowLength, type UnitRows } from './unitRows';

/** A product of rows, left · (right − minus)ᵀ, `[left.units × right.units]`. All rows have the same length. */
export interface RowProduct {
  readonly left: UnitRows;
  readonly right: UnitRows;
  readonly minus: UnitRows | null;
}

/**
 * sum += Σ left · (right − minus)ᵀ over the products, by packed panels in WebAssembly with SIMD, or in
 * TypeScript where there is none.
 *
 * @param sum - `[left.units × right.units]`, row-major; the same for all products.
 * @param workspace - The memory for the panels; only tests pass another.
 */
export function addProducts(
  sum: Float32Array,
  products: readonly RowProduct[],
  workspace: typeof panelWorkspace = panelWorkspace,
): void {
  const longest = Math.max(0, ...products.map(({ left }) => rowLength(left)));
  if (longest === 0 || sum.length === 0) return;
  const rows = products[0].left.units;
  const columns = sum.length / rows;
  const size = workspaceSize(rows, columns, Math.min(DEPTH, longest));
  const roomOf = (side: PanelSide) =>
    Math.max(0, ...products.map((each) => packerRoom(each[side])));
  const room = { left: roomOf('left'), right: roomOf('right') };
  const work = workspace({ ...size, room });
  copyLines(sum, columns, work.sums, size.columns, columns);
  for (const product of products) addProduct(work, product);
  copyLines(work.sums, size.columns, sum, columns, columns);
}

/** Adds one product, some columns of its factors at a time. */
function addProduct(work: PanelWorkspace, { left, right, minus }: RowProduct): void {
  const length = rowLength(left);
  const [packLeft, packRight] = [
    blockPacker(work, 'left', left),
    blockPacker(work, 'right', right),
  ];
  for (let from = 0; from < length; from += DEPTH) {
    const to = Math.min(from + DEPTH, length);
    packLeft(from, to);
    packRight(from, to);
    if (minus) subtractPanels(work.right, minus, PANEL.right, from, to);
    work.multiply(to - from);
  }
}

/** Copies the first `columns` values of each line, from lines of one length to lines of another. */
function copyLines(
  from: Float32Array,
  fromLength: number,
  to: Float32Array,
  toLength: number,
  columns: number,
): void {
  if (fromLength === toLength) {
    const length = Math.min(from.length, to.length);
    to.set(from.subarray(0, length));
    return;
  }
  const lines = Math.min(from.length / fromLength, to.length / toLength);
  for (let line = 0; line < lines; line++) {
    const start = line * fromLength;
    to.set(from.subarray(start, start + columns), line * toLength);
  }
}
