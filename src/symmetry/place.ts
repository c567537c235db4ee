import { nestedOffsets, perObject } from '../params/internal';
import type { Role } from './role';

/**
 * One appearance of a group on an axis of a parameter. Each copy r of each unit u has a position. A plain axis has
 * one copy of each unit, a flattened convolution one per pixel, an LSTM kernel four.
 */
export interface Place {
  readonly param: string;
  /** An axis of the parameter's view, see {@link ParameterView}. */
  readonly axis: number;
  readonly group: string;
  /**
   * The role of the parameter for the units of the group; null if the spec does not say it. The groups that these are
   * inside of may have another: in a grouped convolution, i[g] is a consumer and g selects the block.
   */
  readonly role: Role | null;
  /** The number of units of the group. */
  readonly units: number;
  /** The number of copies of each unit. */
  readonly copies: number;
  readonly layout: PlaceLayout;
  /** The places of other groups at the same positions that move inside the units of a common ancestor. */
  readonly coupling: Coupling | null;
}

/**
 * The positions of the copies: offset + Σ uₖ·strideₖ + Σ rₖ·strideₖ, where u is a row-major index over the digits
 * and r over the loops; or written out, copy r of unit u at entries[r][u].
 */
type PlaceLayout =
  | {
      readonly kind: 'strided';
      readonly offset: number;
      readonly digits: readonly Loop[];
      readonly loops: readonly Loop[];
    }
  | { readonly kind: 'listed'; readonly entries: readonly (readonly number[])[] };

/** An index 0 … count − 1 with the distance between its positions. */
export interface Loop {
  readonly count: number;
  readonly stride: number;
}

/**
 * The relation of groups inside the same units of another, at the same positions, such as the query heads r and the
 * dimensions d of grouped-query attention, `(g r[g] d[g])`. Both move with g. At these positions one of them carries
 * g's movement; the others add only their movement inside the units of g.
 */
export interface Coupling {
  /** The number of the coupling on the parameter's axis. */
  readonly cell: number;
  /** The size of the blocks inside which this place moves; null for the place that carries their movement. */
  readonly inner: number | null;
  /** For each other group the size of its blocks inside the units of the common ancestor. */
  readonly siblings: Readonly<Record<string, number>>;
}

/**
 * The positions of a place on its axis, `[units × copies]`: that of copy r of unit u at index u · copies + r. The
 * array is shared: callers must not change it.
 */
export const placePositions = /* @__PURE__ */ perObject(listPositions);

function listPositions({ units, copies, layout }: Place): Int32Array {
  const positions = new Int32Array(units * copies);
  if (layout.kind === 'listed') {
    layout.entries.forEach((index, r) => {
      for (let u = 0; u < units; u++) positions[u * copies + r] = index[u];
    });
    return positions;
  }
  const copyOffsets = offsetsOver(layout.loops);
  const unitOffsets = offsetsOver(layout.digits);
  for (let u = 0; u < units; u++) {
    const first = layout.offset + unitOffsets[u];
    for (let r = 0; r < copies; r++) positions[u * copies + r] = first + copyOffsets[r];
  }
  return positions;
}

/** True if a place is its whole axis, with unit u at position u. */
export function isWholeAxis({ units, layout }: Place, size: number): boolean {
  return (
    layout.kind === 'strided' &&
    units === size &&
    layout.digits.length === 1 &&
    layout.digits[0].stride === 1
  );
}

/** Nested loops with adjacent loops merged where their positions are regular. */
export function mergeLoops(loops: readonly Loop[]): Loop[] {
  const merged: Loop[] = [];
  for (const loop of loops) {
    const outer = merged.at(-1);
    if (outer?.stride === loop.count * loop.stride) {
      merged[merged.length - 1] = { count: outer.count * loop.count, stride: loop.stride };
    } else merged.push(loop);
  }
  return merged;
}

/** The offsets of nested loops. The last loop changes fastest. */
function offsetsOver(loops: readonly Loop[]): Int32Array {
  return nestedOffsets(
    loops.map(({ count }) => count),
    loops.map(({ stride }) => stride),
  );
}
