import { type Place, placePositions } from '../../../symmetry/internal';
import { type Offsets, offsetsOver } from '../../products/indexedValues';
import type { Weights } from '../../products/weights';
import type { Appearance } from '../term';
import type { SignatureLayout } from './signatureLayouts';

/** The values of the units of a place in the order of a layout. */
export interface UnitValues {
  readonly values: Float32Array;
  readonly layout: SignatureLayout;
  /** `[units · copies]`: over the place's axis. */
  readonly first: Offsets;
  /** `[rest]`: over the other axes. */
  readonly rest: Offsets;
}

/** Reads the values of one of two networks at a place, scaled if the term has a scaling. */
export async function unitValues(
  weights: Weights,
  side: 'a' | 'b',
  { term: { param, scaling }, place }: Appearance,
  layout: SignatureLayout,
): Promise<UnitValues> {
  const values = await weights.values(side, param);
  const shape = weights.shape(param);
  const x = {
    values,
    shape,
    indices: shape.map(() => null),
    scaling: scaling && { axis: scaling.axis, factors: scaling[side] },
  };
  const own = { axis: place.axis, positions: copyPositions(place, layout.copies.order) };
  const others = shape
    .map((_, axis) => ({ axis, positions: null }))
    .filter(({ axis }) => axis !== place.axis);
  return {
    values,
    layout,
    first: offsetsOver(x, [own]),
    rest: reordered(offsetsOver(x, others), layout.rest.order),
  };
}

/** The positions of these copies of each unit, `[units · copies]`. */
function copyPositions(place: Place, copies: Int32Array): Int32Array {
  const positions = placePositions(place);
  const own = new Int32Array(place.units * copies.length);
  for (let u = 0, at = 0; u < place.units; u++) {
    for (const copy of copies) own[at++] = positions[u * place.copies + copy];
  }
  return own;
}

function reordered({ offsets, factors }: Offsets, order: Int32Array): Offsets {
  return {
    offsets: order.map((i) => offsets[i]),
    factors: factors && Float32Array.from(order, (i) => factors[i]),
  };
}

/** The number of values of each unit. */
export function unitLength({ copies, rest }: SignatureLayout): number {
  return copies.order.length * rest.order.length;
}

/** The ends of the stretches in a unit's values: every class of copies times every class of the rest. */
export function stretchEnds({ copies, rest }: SignatureLayout): Int32Array {
  const ends = new Int32Array(copies.ends.length * rest.ends.length);
  let [at, copyStart] = [0, 0];
  for (const copyEnd of copies.ends) {
    const start = copyStart * rest.order.length;
    for (const restEnd of rest.ends) ends[at++] = start + (copyEnd - copyStart) * restEnd;
    copyStart = copyEnd;
  }
  return ends;
}

/** Writes the values of units `from` … `to` − 1 stretch by stretch: `[to − from, length]`. */
export function gatherUnits(target: Float32Array, source: UnitValues, from: number, to: number) {
  const { copies, rest } = source.layout;
  const width = rest.order.length;
  let copyStart = 0;
  for (const copyEnd of copies.ends) {
    const count = copyEnd - copyStart;
    if (count === 1)
      gatherLanes(target, source, {
        from,
        to,
        copy: copyStart,
        start: 0,
        end: width,
        at: copyStart * width,
      });
    else {
      let start = 0;
      for (const end of rest.ends) {
        let at = copyStart * width + count * start;
        for (let copy = copyStart; copy < copyEnd; copy++, at += end - start) {
          gatherLanes(target, source, { from, to, copy, start, end, at });
        }
        start = end;
      }
    }
    copyStart = copyEnd;
  }
}

/** One copy of some units, at positions `start` … `end` − 1 of the rest, written at column `at`. */
interface Lanes {
  readonly from: number;
  readonly to: number;
  readonly copy: number;
  readonly start: number;
  readonly end: number;
  readonly at: number;
}

function gatherLanes(
  target: Float32Array,
  { values, layout, first, rest }: UnitValues,
  { from, to, copy, start, end, at }: Lanes,
): void {
  const length = unitLength(layout);
  const copies = layout.copies.order.length;
  const offsets = rest.offsets;
  const shift = at - start;
  let unit = from;
  // Four at a time, so that units side by side are read from the same cache line.
  for (; unit + 4 <= to; unit += 4) {
    const row = unit * copies + copy;
    const base0 = first.offsets[row];
    const base1 = first.offsets[row + copies];
    const base2 = first.offsets[row + 2 * copies];
    const base3 = first.offsets[row + 3 * copies];
    const to0 = (unit - from) * length + shift;
    const to1 = to0 + length;
    const to2 = to1 + length;
    const to3 = to2 + length;
    for (let q = start; q < end; q++) {
      const offset = offsets[q];
      target[to0 + q] = values[base0 + offset];
      target[to1 + q] = values[base1 + offset];
      target[to2 + q] = values[base2 + offset];
      target[to3 + q] = values[base3 + offset];
    }
  }
  for (; unit < to; unit++) {
    const base = first.offsets[unit * copies + copy];
    const row = (unit - from) * length + shift;
    for (let q = start; q < end; q++) target[row + q] = values[base + offsets[q]];
  }
  if (first.factors === null && rest.factors === null) return;
  for (unit = from; unit < to; unit++) {
    const factor = first.factors === null ? 1 : first.factors[unit * copies + copy];
    const row = (unit - from) * length + shift;
    for (let q = start; q < end; q++) {
      target[row + q] *= rest.factors === null ? factor : factor * rest.factors[q];
    }
  }
}
