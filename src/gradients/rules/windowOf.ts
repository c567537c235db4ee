import { pad, slice, type Tensor } from '@tensorflow/tfjs-core';

/** The positions `begin … begin + size − 1` of an axis; positions that the tensor lacks are zeros. */
export interface AxisWindow {
  readonly begin: number;
  readonly size: number;
}

/** A window of a tensor, one for each axis: a slice, with zeros around it where the window is larger. */
export function windowOf(x: Tensor, windows: readonly AxisWindow[]): Tensor {
  const parts = windows.map(({ begin, size }, axis) => {
    const from = Math.min(Math.max(begin, 0), x.shape[axis]);
    const to = Math.min(Math.max(begin + size, from), x.shape[axis]);
    const before = Math.min(Math.max(-begin, 0), size);
    return { from, length: to - from, zeros: [before, size - before - (to - from)] };
  });
  const isWhole = parts.every(({ length }, axis) => length === x.shape[axis]);
  const begins = parts.map(({ from }) => from);
  const lengths = parts.map(({ length }) => length);
  const inside = isWhole ? x : slice(x, begins, lengths);
  if (parts.every(({ zeros }) => zeros[0] === 0 && zeros[1] === 0)) return inside;
  return pad(
    inside,
    parts.map(({ zeros: [before, after] }): [number, number] => [before, after]),
  );
}
