import { pad, reshape, type Tensor } from '@tensorflow/tfjs-core';

/**
 * The positions of each axis set apart, with zeros between them and after the last: y[s·i] = x[i] on an axis of
 * stride s, whose size becomes s times as large.
 *
 * @param strides - One for each axis, ≥ 1.
 */
export function spreadOut(x: Tensor, strides: readonly number[]): Tensor {
  return strides.reduce((result, stride, axis) => {
    if (stride === 1) return result;
    const { shape } = result;
    // An axis of size 1 that is padded at its end: every position is followed by zeros.
    const rows = shape.slice(0, axis + 1).reduce((product, size) => product * size, 1);
    const row = reshape(result, [rows, 1, result.size / rows]);
    const wide = pad(row, [
      [0, 0],
      [0, stride - 1],
      [0, 0],
    ]);
    return reshape(wide, shape.with(axis, shape[axis] * stride));
  }, x);
}
