import { invalid } from '../errors';
import { axisSize, type SizeTable, solveUnknown } from './sizes';
import type { AxisSpec, EntrySpec } from './spec';

/**
 * One appearance of a group on an axis of a parameter: copy r of unit u sits at a position of its
 * own. A plain axis has one copy, a flattened convolution one per pixel, an LSTM kernel four.
 */
export interface Place {
  readonly param: string;
  readonly axis: number;
  readonly group: string;
  /** The number of units of the group. */
  readonly units: number;
  /** How many positions each unit has. */
  readonly copies: number;
  readonly layout: PlaceLayout;
}

/** Where the copies sit: at offset + u·stride + Σ rₖ·strideₖ over the loops, or written out. */
export type PlaceLayout =
  | {
      readonly kind: 'strided';
      readonly offset: number;
      readonly stride: number;
      readonly loops: readonly Loop[];
    }
  | { readonly kind: 'listed'; readonly entries: readonly (readonly number[])[] };

interface Loop {
  readonly count: number;
  readonly stride: number;
}

/** Which axis of which parameter. */
interface AxisName {
  readonly param: string;
  readonly axis: number;
}

/**
 * Every appearance of a group on one axis, whose size is `size`.
 *
 * @throws InvalidInputError when entries that are written out leave the axis or overlap.
 */
export function placesOfAxis(
  fn: string,
  name: AxisName,
  axis: AxisSpec,
  size: number,
  sizes: SizeTable,
): Place[] {
  return axis.kind === 'entries'
    ? listedPlaces(fn, name, axis.entries, size)
    : stridedPlaces(name, axis, sizes, solveUnknown(axis, sizes, size) ?? 1);
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
  const copyOffsets = layout.loops.reduce<number[]>(
    (offsets, { count, stride }) =>
      offsets.flatMap((offset) => Array.from({ length: count }, (_, k) => offset + k * stride)),
    [layout.offset],
  );
  for (let u = 0; u < units; u++) {
    for (let r = 0; r < copies; r++) positions[u * copies + r] = copyOffsets[r] + u * layout.stride;
  }
  return positions;
}

/** Whether a place is all of its axis, unit u at position u. */
export function isWholeAxis({ units, layout }: Place, size: number): boolean {
  return (
    layout.kind === 'strided' && layout.loops.length === 0 && layout.stride === 1 && units === size
  );
}

/** One place for each group among entries that are written out. */
function listedPlaces(
  fn: string,
  name: AxisName,
  entries: readonly EntrySpec[],
  size: number,
): Place[] {
  return [...new Set(entries.map(({ group }) => group))].map((group) => {
    const own = entries.filter((entry) => entry.group === group).map(({ index }) => index);
    assertDisjoint(fn, name, group, own.flat(), size);
    const layout = { kind: 'listed' as const, entries: own };
    return { ...name, group, units: own[0].length, copies: own.length, layout };
  });
}

/** Walks an axis from the slowest index to the fastest; each leaf that is a group makes a place. */
function stridedPlaces(
  name: AxisName,
  axis: AxisSpec,
  sizes: SizeTable,
  inferred: number,
): Place[] {
  const sizeOf = (node: AxisSpec) => axisSize(node, sizes, inferred);

  function walk(node: AxisSpec, offset: number, stride: number, loops: readonly Loop[]): Place[] {
    if (node.kind === 'group') {
      const copies = product(loops.map(({ count }) => count));
      const layout = { kind: 'strided' as const, offset, stride, loops };
      return [{ ...name, group: node.group, units: sizeOf(node), copies, layout }];
    }
    if (node.kind === 'concat') {
      const lengths = node.segments.map((segment) => stride * sizeOf(segment));
      return node.segments.flatMap((segment, i) =>
        walk(segment, offset + sum(lengths.slice(0, i)), stride, loops),
      );
    }
    if (node.kind === 'product') {
      // Row-major: the last factor is the fastest, and each is repeated by all the others.
      const counts = node.factors.map(sizeOf);
      const factorLoops = counts.map((count, i) => ({
        count,
        stride: stride * product(counts.slice(i + 1)),
      }));
      return node.factors.flatMap((factor, i) => {
        const others = factorLoops.filter(({ count }, j) => j !== i && count > 1);
        return walk(factor, offset, factorLoops[i].stride, [...loops, ...others]);
      });
    }
    return [];
  }

  return walk(axis, 0, 1, []);
}

function assertDisjoint(
  fn: string,
  { param, axis }: AxisName,
  group: string,
  positions: readonly number[],
  size: number,
): void {
  const seen = new Set<number>();
  for (const position of positions) {
    const outside = !Number.isInteger(position) || position < 0 || position >= size;
    if (outside || seen.has(position)) {
      throw invalid(
        fn,
        `'${param}' axis ${axis}: the entries of group '${group}' hold position ${position} ${outside ? `on an axis of size ${size}` : 'twice'}`,
        'Positions are integers in 0 … size − 1, each in at most one entry of a group',
      );
    }
    seen.add(position);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function product(values: readonly number[]): number {
  return values.reduce((total, value) => total * value, 1);
}
