import {
  add,
  concat,
  dispose,
  matMul,
  type Rank,
  slice,
  square,
  sum,
  type Tensor,
  type Tensor2D,
  tidy,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core';
import { readAndDispose } from '../../runtime';
import type { Place } from '../../symmetry/internal';
import { unitMatrix } from '../products/unitMatrix';
import { ADDED_AT_ONCE, type Samples } from './samples';

/** Samples on the user's backend. */
export interface BackendSamples extends Samples {
  /** `[units, samples]`: the copies of a unit are samples of it. */
  readonly rows: Tensor2D;
}

/** The activations of a place's units, kept on the backend of `x`. The caller disposes them. */
export async function backendSamples(x: Tensor, place: Place): Promise<BackendSamples> {
  const rows = tidy(() => unitMatrix(x, place));
  return {
    rows,
    length: rows.shape[1],
    products: (other) => readAndDispose(tidy(() => productOf(rows, other.rows))),
    async totals() {
      const both = tidy(() => concat([sum(rows, 1), sum(square(rows), 1)]));
      const values = await readAndDispose(both);
      const [units] = rows.shape;
      return { sums: values.subarray(0, units), squares: values.subarray(units) };
    },
    dispose: () => rows.dispose(),
  };
}

/** x·yᵀ, `[units of x, units of y]`, some columns at a time; the caller disposes it. */
function productOf(x: Tensor2D, y: Tensor2D): Tensor2D {
  const [units, length] = x.shape;
  let total = zeros<Rank.R2>([units, y.shape[0]]);
  for (let from = 0; from < length; from += ADDED_AT_ONCE) {
    const size = Math.min(ADDED_AT_ONCE, length - from);
    const [left, right] = [x, y].map((each) => slice(each, [0, from], [each.shape[0], size]));
    // Some backends are far slower at a product that transposes: transpose explicitly.
    const before = total;
    total = tidy(() => add(before, matMul(left, transpose(right))));
    dispose([before, left, right]);
  }
  return total;
}
