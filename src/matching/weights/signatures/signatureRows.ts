import { indices } from '../../../permutation/internal';
import type { UnitRows } from '../../products/unitRows';
import { sortRows } from './sortRows';
import { gatherUnits, stretchEnds, type UnitValues, unitLength } from './unitValues';

/**
 * A summary of the values that permutations of other groups exchange. It does not depend on their order.
 *
 * - `sorted`: the values in ascending order. The inner product of two units is the greatest over all orders.
 * - `mean`: sum / √count. The inner product of two units is the mean over all orders.
 */
export type Signature = 'sorted' | 'mean';

/** The signatures of the units of a place as rows. */
export function signatureRows(source: UnitValues, signature: Signature): UnitRows {
  return signature === 'sorted' ? sortedRows(source) : meanRows(source);
}

function sortedRows(source: UnitValues): UnitRows {
  const units = unitsOf(source);
  const length = unitLength(source.layout);
  const rows = new Float32Array(units * length);
  gatherUnits(rows, source, 0, units);
  sortRows(rows, length, stretchEnds(source.layout));
  return plainRows(rows, units, length);
}

/** The number of units whose values are gathered at a time. */
const BLOCK = 16;

function meanRows(source: UnitValues): UnitRows {
  const units = unitsOf(source);
  const length = unitLength(source.layout);
  const ends = stretchEnds(source.layout);
  const rows = new Float32Array(units * ends.length);
  const block = new Float32Array(BLOCK * length);
  for (let unit = 0; unit < units; unit++) {
    const lane = unit % BLOCK;
    if (lane === 0) gatherUnits(block, source, unit, Math.min(unit + BLOCK, units));
    let start = 0;
    for (let s = 0; s < ends.length; s++) {
      let sum = 0;
      for (let k = start; k < ends[s]; k++) sum += block[lane * length + k];
      rows[unit * ends.length + s] = sum / Math.sqrt(ends[s] - start);
      start = ends[s];
    }
  }
  return plainRows(rows, units, ends.length);
}

function unitsOf({ layout, first }: UnitValues): number {
  return first.offsets.length / layout.copies.order.length;
}

/** Rows that are written out, `[units, length]`. */
function plainRows(values: Float32Array, units: number, length: number): UnitRows {
  const first = Int32Array.from({ length: units }, (_, unit) => unit * length);
  return {
    values,
    units,
    copies: 1,
    first: { offsets: first, factors: null },
    rest: { offsets: indices(length), factors: null },
  };
}
