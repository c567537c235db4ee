import { pad, reshape, slice, type Tensor } from '@tensorflow/tfjs-core';

/** The positions `begin … begin + size − 1` of an axis; positions that the tensor lacks are zeros. */
export interface AxisWindow {
  readonly begin: number;
  readonly size: number;
}

/** A window of an axis of this length. */
interface Line extends AxisWindow {
  readonly length: number;
}

/** A window of a tensor, one for each axis: a slice, with zeros around it where the window is larger. */
export function windowOf(x: Tensor, windows: readonly AxisWindow[]): Tensor {
  const lines = joined(windows.map((window, axis) => ({ ...window, length: x.shape[axis] })));
  const parts = lines.map(partOf);
  const shape = windows.map(({ size }) => size);
  const isWhole = parts.every(({ size }, i) => size === lines[i].length);
  const isPadded = parts.some(({ before, after }) => before > 0 || after > 0);
  if (isWhole && !isPadded) return x;
  const whole = reshape(
    x,
    lines.map(({ length }) => length),
  );
  const begins = parts.map(({ begin }) => begin);
  const sizes = parts.map(({ size }) => size);
  const inside = isWhole ? whole : slice(whole, begins, sizes);
  const zeros = parts.map(({ before, after }): [number, number] => [before, after]);
  return reshape(isPadded ? pad(inside, zeros) : inside, shape);
}

/** The part of a line inside its axis, and the number of zeros around it. */
function partOf({ begin, size, length }: Line) {
  const from = Math.min(Math.max(begin, 0), length);
  const to = Math.min(Math.max(begin + size, from), length);
  const before = Math.min(Math.max(-begin, 0), size);
  return { begin: from, size: to - from, before, after: size - before - (to - from) };
}

/** Lines in which axes that are taken whole are one with the axis before: long pieces are copied fast. */
function joined(lines: readonly Line[]): Line[] {
  const result: Line[] = [];
  for (const line of lines) {
    const isWhole = line.begin === 0 && line.size === line.length;
    const last = isWhole ? result.pop() : undefined;
    const factor = last ? line.length : 1;
    const { begin, size, length } = last ?? line;
    result.push({ begin: begin * factor, size: size * factor, length: length * factor });
  }
  return result;
}
