import { packPanels } from './packPanels';
import { rowLength, someUnits, type UnitRows } from './unitRows';

/** The number of columns of a block: its panels fit the caches. */
export const DEPTH = 256;

/** The number of rows packed at a time: all their columns fit the cache. */
const ROWS = 16;

/**
 * The panels of all columns of a factor, block after block as `addProducts` multiplies them. Each row is read once,
 * also where its columns are permuted.
 *
 * @param width - The number of rows in a panel.
 */
export function allPanels(
  rows: UnitRows,
  width: number,
  allocate: (length: number) => Float32Array,
): Float32Array {
  const length = rowLength(rows);
  const panels = allocate(width * Math.ceil(rows.units / width) * length);
  for (let unit = 0; unit < rows.units; unit += ROWS) {
    const some = someUnits(rows, unit, Math.min(unit + ROWS, rows.units));
    for (let from = 0; from < length; from += DEPTH) {
      const to = Math.min(from + DEPTH, length);
      const block = panelBlock(panels, from, to, length);
      packPanels(block.subarray(unit * (to - from)), some, width, from, to);
    }
  }
  return panels;
}

/** The panels of columns `from` … `to` − 1, a block of {@link allPanels}. */
export function panelBlock(
  panels: Float32Array,
  from: number,
  to: number,
  length: number,
): Float32Array {
  const units = panels.length / length;
  return panels.subarray(units * from, units * to);
}
