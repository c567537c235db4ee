import { PANEL } from './packPanels';

/**
 * sums += left · rightᵀ in TypeScript, the twin of `assembly/panels.ts`: in tiles of 2 × 4 sums that stay in
 * registers and are added up in float64.
 *
 * @param left - `[rows / 4, depth, 4]`, panels of the left factor.
 * @param right - `[columns / 8, depth, 8]`, panels of the right factor.
 * @param sums - `[rows × columns]`, row-major.
 */
export function multiplyPanels(
  left: Float32Array,
  right: Float32Array,
  sums: Float32Array,
  columns: number,
  depth: number,
): void {
  const rows = sums.length / columns;
  for (let column = 0; column < columns; column += 4) {
    const right0 = Math.floor(column / PANEL.right) * PANEL.right * depth + (column % PANEL.right);
    for (let row = 0; row < rows; row += 2) {
      const left0 = Math.floor(row / PANEL.left) * PANEL.left * depth + (row % PANEL.left);
      let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let k = 0, x = left0, y = right0; k < depth; k++, x += PANEL.left, y += PANEL.right) {
        const [x0, x1] = [left[x], left[x + 1]];
        const [y0, y1, y2, y3] = [right[y], right[y + 1], right[y + 2], right[y + 3]];
        s00 += x0 * y0;
        s01 += x0 * y1;
        s02 += x0 * y2;
        s03 += x0 * y3;
        s10 += x1 * y0;
        s11 += x1 * y1;
        s12 += x1 * y2;
        s13 += x1 * y3;
      }
      const at = row * columns + column;
      sums[at] += s00;
      sums[at + 1] += s01;
      sums[at + 2] += s02;
      sums[at + 3] += s03;
      sums[at + columns] += s10;
      sums[at + columns + 1] += s11;
      sums[at + columns + 2] += s12;
      sums[at + columns + 3] += s13;
    }
  }
}
