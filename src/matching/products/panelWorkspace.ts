import { wasmLoader } from '../../runtime';
import { multiplyPanels } from './multiplyPanels';
import { PANEL } from './packPanels';
import { panelsWasm } from './panelsWasm.generated';

/** Memory for one block of a product, with the loops over it. */
export interface PanelWorkspace {
  /** Panels of the left factor, `[rows / 4, depth, 4]`; see {@link packPanels}. */
  readonly left: Float32Array;
  /** Panels of the right factor, `[columns / 8, depth, 8]`. */
  readonly right: Float32Array;
  /** `[rows × columns]`, row-major, both sizes rounded up to whole panels. */
  readonly sums: Float32Array;
  /** sums += left · rightᵀ for panels of this depth. */
  multiply(depth: number): void;
  /** sums += right, the first `count` values. */
  add(count: number): void;
}

/** The size of a workspace: rows and columns in whole panels, and the greatest depth. */
export interface WorkspaceSize {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** The size for sums `[rows × columns]`. */
export function workspaceSize(rows: number, columns: number, depth: number): WorkspaceSize {
  return { rows: wholePanels(rows, PANEL.left), columns: wholePanels(columns, PANEL.right), depth };
}

function wholePanels(size: number, width: number): number {
  return Math.ceil(size / width) * width;
}

/** A workspace in WebAssembly with SIMD, or in TypeScript without it. It is valid until the next call. */
export function panelWorkspace(size: WorkspaceSize): PanelWorkspace {
  return wasmWorkspace(size) ?? plainWorkspace(size);
}

/** The exports of assembly/panels.ts. */
interface PanelModule {
  readonly memory: WebAssembly.Memory;
  /** Returns 0 if there is not enough memory. */
  reserve(rows: number, columns: number, depth: number): number;
  leftAddress(): number;
  rightAddress(): number;
  sumsAddress(): number;
  multiply(rows: number, columns: number, depth: number): void;
  add(count: number): void;
}

const loadModule = /* @__PURE__ */ wasmLoader<PanelModule>(panelsWasm);

/** A workspace in WebAssembly; null without SIMD or without enough memory. */
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

/** A workspace in TypeScript. */
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
