import type { Convolution } from '../../layerNorm/layerNormNetwork';
import { VALUE } from './maps';

/** The geometry of a convolution: `size` is the height and width of its input. */
export type Geometry = Pick<Convolution, 'kernel' | 'stride' | 'inputs' | 'channels'> & {
  readonly size: number;
};

/** The height and width of the output. */
export function outputSize({ size, stride }: Geometry): number {
  return Math.ceil(size / stride);
}

/** The table for `convolve` that makes the outputs: at pixel p, the taps of the kernel inside the image. */
export function forwardTable(geometry: Geometry): Int32Array {
  const { kernel, stride, inputs, size } = geometry;
  const padding = (kernel - 1) / 2;
  return runTable(
    outputSize(geometry),
    kernel,
    inputs,
    size,
    (at, tap) => at * stride + tap - padding,
  );
}

/** The table for `convolve` that makes the input's gradient with the transposed kernel. */
export function backwardTable(geometry: Geometry): Int32Array {
  const { kernel, stride, channels, size } = geometry;
  const padding = (kernel - 1) / 2;
  const from = (at: number, tap: number) => (at + padding - (kernel - 1 - tap)) / stride;
  return runTable(size, kernel, channels, outputSize(geometry), from);
}

/** Integers of a record of a run table: at most 4 runs of (input, weight, count). */
export const RUN_RECORD = 12;

/**
 * The runs of every pixel of `size` × `size`: taps (i, j) of pixel (y, x) that read the pixels (from(y, i),
 * from(x, j)) of an image of `limit` × `limit`, where these are integers inside it. Taps whose pixels follow each
 * other make one run.
 */
function runTable(
  size: number,
  kernel: number,
  channels: number,
  limit: number,
  from: (at: number, tap: number) => number,
): Int32Array {
  const table = new Int32Array(RUN_RECORD * size ** 2);
  const inside = (at: number) => Number.isInteger(at) && at >= 0 && at < limit;
  for (let pixel = 0; pixel < size ** 2; pixel++) {
    let [record, lastPixel, lastTap] = [RUN_RECORD * pixel - 3, -2, -2];
    for (let tap = 0; tap < kernel ** 2; tap++) {
      const y = from(Math.floor(pixel / size), Math.floor(tap / kernel));
      const x = from(pixel % size, tap % kernel);
      if (!inside(y) || !inside(x)) continue;
      const source = y * limit + x;
      if (source !== lastPixel + 1 || tap !== lastTap + 1) {
        record += 3;
        table.set([VALUE * source * channels, 16 * tap * channels], record);
      }
      table[record + 2] += channels;
      [lastPixel, lastTap] = [source, tap];
    }
  }
  return table;
}

/** Rows of pixels, from `begin` to `end` − 1. */
export interface Rows {
  readonly begin: number;
  readonly end: number;
}

/** The rows of the input under these rows of the output. */
export function inputRows({ kernel, stride, size }: Geometry, { begin, end }: Rows): Rows {
  const padding = (kernel - 1) / 2;
  return {
    begin: Math.max(0, begin * stride - padding),
    end: Math.min(size, (end - 1) * stride + padding + 1),
  };
}

/** The table for `addKernelGradient` over rows of the output; pixels count from the first row, of the input as well. */
export function gradientTable(geometry: Geometry, rows: Rows): Int32Array {
  const { kernel, stride, size } = geometry;
  const width = outputSize(geometry);
  const padding = (kernel - 1) / 2;
  const above = inputRows(geometry, rows).begin;
  const range = (tap: number, { begin, end }: Rows) => {
    const first = Math.max(begin, Math.ceil((padding - tap) / stride));
    const last = Math.min(end - 1, Math.floor((size - 1 + padding - tap) / stride));
    return { first, count: Math.max(0, last - first + 1), source: first * stride + tap - padding };
  };
  const records = Array.from({ length: kernel ** 2 }, (_, tap) => {
    const down = range(Math.floor(tap / kernel), rows);
    const across = range(tap % kernel, { begin: 0, end: width });
    if (down.count * across.count === 0) return [0, 0, 0, 0];
    const source = (down.source - above) * size + across.source;
    return [source, (down.first - rows.begin) * width + across.first, down.count, across.count];
  });
  return Int32Array.from(records.flat());
}
