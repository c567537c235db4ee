import { wasmLoader } from '../../runtime';
import { multiplyPanels } from './multiplyPanels';
import { PANEL } from './packPanels';
import { panelsWasm } from './panelsWasm.generated';
import type { UnitRows } from './unitRows';

/** Memory for one block of a product, with the loops over it. */
export interface PanelWorkspace {
  /** Panels of the left factor, `[rows / 4, depth, 4]`; see {@link packPanels}. */
  readonly left: Float32Array;
  /** Panels of the right factor, `[columns / 8, depth, 8]`. */
  readonly right: Float32Array;
  /** `[rows × columns]`, row-major, both sizes rounded up to whole panels. */
  readonly sums: Float32Array;
  /**
   * A function that writes columns `from` … `to` − 1 of rows into panels, `left` or `right`, as {@link packPanels} does,
   * and faster; null where there is none for these rows.
   */
  packer(side: PanelSide, rows: UnitRows): ((from: number, to: number) => void) | null;
  /** sums += left · rightᵀ for panels of this depth. */
  multiply(depth: number): void;
  /** sums += right, the first `count` values. */
  add(count: number): void;
}

/** A factor of a product. */
export type PanelSide = keyof typeof PANEL;

/** The size of a workspace: rows and columns in whole panels, and the greatest depth. */
export interface WorkspaceSize {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** The bytes for rows of both factors; see {@link PanelWorkspace.packer}. Default: none. */
  readonly room?: Readonly<Record<PanelSide, number>>;
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
  reserve(rows: number, columns: number, depth: number, room: number): number;
  leftAddress(): number;
  rightAddress(): number;
  sumsAddress(): number;
  spareAddress(): number;
  pack(target: number, width: number, ...rest: number[]): void;
  multiply(rows: number, columns: number, depth: number): void;
  add(count: number): void;
}

const loadModule = /* @__PURE__ */ wasmLoader<PanelModule>(panelsWasm);

/** A workspace in WebAssembly; null without SIMD or without enough memory. */
export function wasmWorkspace(size: WorkspaceSize): PanelWorkspace | null {
  const { rows, columns, depth, room = { left: 0, right: 0 } } = size;
  try {
    const module = loadModule();
    if (!module?.reserve(rows, columns, depth, room.left + room.right)) return null;
    const { buffer } = module.memory;
    const spare = module.spareAddress();
    const places = {
      left: { target: module.leftAddress(), at: spare },
      right: { target: module.rightAddress(), at: spare + room.left },
    };
    return {
      left: new Float32Array(buffer, module.leftAddress(), rows * depth),
      right: new Float32Array(buffer, module.rightAddress(), columns * depth),
      sums: new Float32Array(buffer, module.sumsAddress(), rows * columns),
      packer(side, own) {
        if (rowBytes(own) > room[side]) return null;
        const { target, at } = places[side];
        const packed = writeRows(buffer, at, own);
        return (from, to) => module.pack(target, PANEL[side], ...packed, from, to);
      },
      multiply: (panelDepth) => module.multiply(rows, columns, panelDepth),
      add: (count) => module.add(count),
    };
  } catch {
    return null;
  }
}

/** The bytes of the values and offsets of rows. */
export function rowBytes({ values, first, rest }: UnitRows): number {
  return 4 * (values.length + first.offsets.length + rest.offsets.length);
}

/** Writes rows into memory and returns where they are, as `pack` takes it. */
function writeRows(
  buffer: ArrayBuffer,
  at: number,
  { values, first, rest, units, copies }: UnitRows,
): number[] {
  const firstAt = at + values.byteLength;
  const restAt = firstAt + first.offsets.byteLength;
  new Float32Array(buffer, at, values.length).set(values);
  new Int32Array(buffer, firstAt, first.offsets.length).set(first.offsets);
  new Int32Array(buffer, restAt, rest.offsets.length).set(rest.offsets);
  return [at, firstAt, restAt, units, copies, rest.offsets.length];
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
    packer: () => null,
    multiply: (panelDepth) => multiplyPanels(left, right, sums, columns, panelDepth),
    add(count) {
      for (let at = 0; at < count; at++) sums[at] += right[at];
    },
  };
}
