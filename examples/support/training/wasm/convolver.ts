import { type Maps, strideOf, VALUE } from './maps';
import type { Kernels } from './openKernels';
import { RUN_RECORD } from './tapTables';

/** Bytes of maps that are convolved together: they stay in the first-level cache. */
const CACHED = 24576;

/** Addresses and shapes of a convolution, forward or of gradients. */
export interface Convolved {
  /** The runs of every output pixel. */
  readonly table: Int32Array;
  readonly input: number;
  readonly weights: number;
  readonly output: number;
  readonly inputMaps: Pick<Maps, 'size' | 'channels'>;
  readonly outputMaps: Pick<Maps, 'size' | 'channels'>;
  readonly kernel: number;
  /** True to add to the output. */
  readonly accumulate: boolean;
}

/** Calls of `convolve`: all blocks at once if a block fits the cache, bands of rows of one block otherwise. */
export function convolver(kernels: Kernels, convolved: Convolved): (blocks: number) => void {
  const { input, weights, output, inputMaps, outputMaps, kernel, accumulate } = convolved;
  const table = kernels.place(convolved.table);
  const { size, channels } = outputMaps;
  const [from, to] = [strideOf(inputMaps), strideOf(outputMaps)];
  const depth = kernel ** 2 * inputMaps.channels;
  const rows = Math.max(1, Math.floor((CACHED / from) * size));
  const band = (block: number, blocks: number, begin: number, end: number) => {
    kernels.call.convolve(
      ...[input + block * from, weights, output + block * to + VALUE * channels * size * begin],
      ...[table + 4 * RUN_RECORD * size * begin, size * (end - begin), channels, depth],
      ...[blocks, from, to, Number(accumulate)],
    );
  };
  return (blocks: number) => {
    if (rows >= size) return band(0, blocks, 0, size);
    for (let block = 0; block < blocks; block++)
      for (let row = 0; row < size; row += rows) band(block, 1, row, Math.min(size, row + rows));
  };
}
