import { sizeOf } from '../../params/internal';
import { assertHostSize } from './assertHostSize';
import { type HostArray, hostArray } from './hostArray';

/** The arrays joined along an axis. */
export function hostConcat(arrays: readonly HostArray[], axis: number): HostArray {
  const [{ dtype, shape }] = arrays;
  const size = arrays.reduce((sum, each) => sum + each.shape[axis], 0);
  const outer = sizeOf(shape.slice(0, axis));
  const inner = sizeOf(shape.slice(axis + 1));
  const joined = shape.map((own, each) => (each === axis ? size : own));
  assertHostSize(joined);
  const made = new Float64Array(outer * size * inner);
  let at = 0;
  for (let row = 0; row < outer; row++) {
    for (const each of arrays) {
      const length = each.shape[axis] * inner;
      for (let i = 0; i < length; i++) made[at++] = each.data[row * length + i];
    }
  }
  return hostArray(dtype, joined, made);
}
