import { wasmLoader } from '../../runtime';
import { PANEL } from './packPanels';
import { panelsWasm } from './panelsWasm.generated';

/** Memory for one block of a product, and the loop over it. */
export interface PanelWorkspace {
  /** Panels of the left factor, see {@link packPanels}. */
  readonly left: Float32Array;
  /** Panels of the right factor. */
  readonly right: Float32Array;
  /** Row-major, both sizes rounded up to whole panels. */
  readonly sums: Float32Array;
  /** sums += left · rightᵀ for panels of this depth. */
  multiply(depth: number): void;
  /** sums += right, the first `count` values. */
  add(count: number): void;
}

/** What a workspace is made for: rows and columns in whole panels, and the greatest depth. */
export interface WorkspaceSize {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** The size for sums of rows × columns. */
export function workspaceSize(rows: number, columns: number, depth: number): WorkspaceSize {
  return { rows: wholePanels(rows, PANEL.left), columns: wholePanels(columns, PANEL.right), depth };
}

function wholePanels(size: number, width: number): number {
  return Math.ceil(size / width) * width;
}

/** A workspace in WebAssembly where that can be had, else in TypeScript. It holds until the next call. */
export function panelWorkspace(size: WorkspaceSize): PanelWorkspace {
  return wasmWorkspace(size) ?? plainWorkspace(size);
}

/** What the module exports; see assembly/panels.ts. */
interface PanelModule {
  readonly memory: WebAssembly.Memory;
  /** 0 where there is not enough memory. */
  reserve(rows: number, columns: number, depth: number): number;
  leftAddress(): number;
  rightAddress(): number;
  sumsAddress(): number;
  multiply(rows: number, columns: number, depth: number): void;
  add(count: number): void;
}

const loadModule = /* @__PURE__ */ wasmLoader<PanelModule>(panelsWasm);

/** null where WebAssembly with SIMD or the memory can't be had. */
export function wasmWorkspace({ rows, columns, depth }: WorkspaceSize): PanelWorkspace | null {
  try {
    const module = loadModule();
    if (!module?.reserve(rows, columns, depth)) return null;
    const { buffer } = module.memory;
    return {
      left: new Float32Array(buffer, module.leftAddress(), rows * depth),
      right: new Float32Array(buffer, module.rightAddress(), columns * depth),
      sums: new Float32Array(buffer, module.sumsAddress(), rows * columns),
      multiply: (panelDepth) => module.multiply(rows, columns, panelDepth),
      add: (count) => module.add(count),
    };
  } catch {
    return null;
  }
}

/** The same in TypeScript. */
export function plainWorkspace({ rows, columns, depth }: WorkspaceSize): PanelWorkspace {
  const left = new Float32Array(rows * depth);
  const right = new Float32Array(columns * depth);
  const sums = new Float32Array(rows * columns);
  return {
    left,
    right,
    sums,
    multiply: (panelDepth) => multiplyPanels(left, right, sums, columns, panelDepth),
    add(count) {
      for (let at = 0; at < count; at++) sums[at] += right[at];
    },
  };
}

/** sums += left · rightᵀ, in tiles of 2 × 4 sums that stay in registers, added up in float64. */
function multiplyPanels(
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
