import { panelBlock } from './allPanels';
import { PANEL, packPanels } from './packPanels';
import { type PanelSide, type PanelWorkspace, rowBytes } from './panelWorkspace';
import { rowLength, type UnitRows } from './unitRows';

/** The fastest function that writes the panels of some columns, a block: it copies them if they are kept. */
export function blockPacker(
  work: PanelWorkspace,
  side: PanelSide,
  rows: UnitRows,
): (from: number, to: number) => void {
  const { panels } = rows;
  if (panels) {
    const length = rowLength(rows);
    return (from, to) => work[side].set(panelBlock(panels, from, to, length));
  }
  return (
    (pays(rows) ? work.packer(side, rows) : null) ??
    ((from, to) => packPanels(work[side], rows, PANEL[side], from, to))
  );
}

/** The number of values below which preparing the memory takes longer than packing them in TypeScript. */
const FEW = 2 ** 11;

/** The most values of a parameter that are copied into the memory of the kernel to be packed there. */
const MOST_COPIED = 2 ** 22;

/** True if rows are packed faster in the memory of the kernel: most values are packed, and none is scaled. */
function pays(rows: UnitRows): boolean {
  const { values, units, first, rest, panels } = rows;
  const packed = units * rowLength(rows);
  return (
    !panels &&
    packed >= FEW &&
    first.factors === null &&
    rest.factors === null &&
    values.length <= MOST_COPIED &&
    2 * packed >= values.length
  );
}

/** The bytes that {@link blockPacker} needs in the memory of the kernel. */
export function packerRoom(rows: UnitRows): number {
  return pays(rows) ? rowBytes(rows) : 0;
}
