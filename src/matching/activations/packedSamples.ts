import type { Tensor } from '@tensorflow/tfjs-core';
import { createYieldPoint, read } from '../../runtime';
import type { Place } from '../../symmetry/internal';
import { ownThread } from '../products/ownThread';
import { rowLength, type UnitRows, unitRows } from '../products/unitRows';
import { ADDED_AT_ONCE, type Samples, type UnitTotals } from './samples';

/** Samples on typed arrays. */
export interface PackedSamples extends Samples {
  readonly rows: UnitRows;
}

/** Reads the activations of a place's units into typed arrays. */
export async function packedSamples(x: Tensor, place: Place): Promise<PackedSamples> {
  const values = await read(x);
  const rows = unitRows(
    { values, shape: x.shape, indices: x.shape.map(() => null), scaling: null },
    place,
  );
  const step = Math.max(1, Math.floor(ADDED_AT_ONCE / rows.copies));
  return {
    rows,
    length: rowLength(rows),
    async products(other) {
      const total = new Float64Array(rows.units * other.rows.units);
      const yieldPoint = createYieldPoint();
      for (let from = 0; from < rows.rest.offsets.length; from += step) {
        await yieldPoint();
        const part = new Float32Array(total.length);
        const [left, right] = [rows, other.rows].map((each) =>
          someSamples(each, from, from + step),
        );
        await ownThread.addProducts(part, [{ left, right, minus: null }]);
        for (let at = 0; at < total.length; at++) total[at] += part[at];
      }
      return total;
    },
    totals: async () => unitTotals(rows),
    dispose() {},
  };
}

/** The sums over the samples of each unit, in float64 and in one pass. */
function unitTotals({ values, units, copies, first, rest }: UnitRows): UnitTotals {
  const [sums, squares] = [new Float64Array(units), new Float64Array(units)];
  for (let at = 0; at < units * copies; at++) {
    let [sum, square] = [0, 0];
    for (const offset of rest.offsets) {
      const value = values[first.offsets[at] + offset];
      sum += value;
      square += value * value;
    }
    sums[Math.floor(at / copies)] += sum;
    squares[Math.floor(at / copies)] += square;
  }
  return { sums, squares };
}

function someSamples(rows: UnitRows, from: number, to: number): UnitRows {
  const { offsets } = rows.rest;
  return { ...rows, rest: { offsets: offsets.subarray(from, to), factors: null } };
}
