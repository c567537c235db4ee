import { nestedOffsets } from '../params/internal';

/**
 * One appearance of a group on an axis of a parameter: copy r of unit u sits at a position of its
 * own. A plain axis has one copy, a flattened convolution one per pixel, an LSTM kernel four.
 */
export interface Place {
  readonly param: string;
  /** An axis of the parameter's view, see {@link ParameterView}. */
  readonly axis: number;
  readonly group: string;
  /** The number of units of the group. */
  readonly units: number;
  /** The number of positions of each unit. */
  readonly copies: number;
  readonly layout: PlaceLayout;
  /** The places of other groups at the same positions that move inside the units of a common ancestor. */
  readonly coupling: Coupling | null;
}

/**
 * The positions of the copies: offset + Σ uₖ·strideₖ + Σ rₖ·strideₖ, u being a row-major index over the digits
 * and r over the loops; or written out.
 */
type PlaceLayout =
  | {
      readonly kind: 'strided';
      readonly offset: number;
      readonly digits: readonly Loop[];
      readonly loops: readonly Loop[];
    }
  | { readonly kind: 'listed'; readonly entries: readonly (readonly number[])[] };

/** One index of several, from 0 to count − 1. */
export interface Loop {
  readonly count: number;
  readonly stride: number;
}

/**
 * Two groups inside the same units of a third, at the same positions, as the query heads and the
 * dimensions of grouped-query attention in `(g r[g] d[g])`. Each moves with g; on these positions one of
 * them carries g's movement, the others add only what they do inside it.
 */
export interface Coupling {
  /** Tells the couplings of a parameter apart. */
  readonly cell: number;
  /** The size of the blocks inside which this place moves; null for the place that moves the blocks. */
  readonly inner: number | null;
  /** For each of the others, the size of its blocks inside the units of the common ancestor. */
  readonly siblings: Readonly<Record<string, number>>;
}

/** The positions of a place on its axis: copy r of unit u is at `[u · copies + r]`. */
export function placePositions({ units, copies, layout }: Place): Int32Array {
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

/** True if a place is all of its axis, unit u at position u. */
export function isWholeAxis({ units, layout }: Place, size: number): boolean {
  return (
    layout.kind === 'strided' &&
    units === size &&
    layout.digits.length === 1 &&
    layout.digits[0].stride === 1
  );
}

/** Loops of which each runs inside the one before, as few as say the same. */
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

/** The offsets of loops inside one another, the last one running fastest. */
function offsetsOver(loops: readonly Loop[]): Int32Array {
  return nestedOffsets(
    loops.map(({ count }) => count),
    loops.map(({ stride }) => stride),
  );
}
