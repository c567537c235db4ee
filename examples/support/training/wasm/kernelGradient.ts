import { type Maps, strideOf, VALUE } from './maps';
import type { PlanOptions } from './planOptions';
import { type Geometry, gradientTable, inputRows, outputSize } from './tapTables';

/** Bytes of panels that are multiplied together: they stay in the first-level cache. */
const CACHED = 24576;

/**
 * Calls of `addKernelGradient` for maps `input` and the gradients `delta` of the convolution's output: all blocks at
 * once if their panels fit the cache, bands of rows of one block otherwise.
 */
export function kernelGradient(
  { kernels, blocks }: PlanOptions,
  geometry: Geometry,
  input: Maps,
  delta: number,
  gradient: number,
): (blocks: number) => void {
  const { kernel, inputs, channels, stride } = geometry;
  const size = outputSize(geometry);
  const [from, to] = [strideOf(input), strideOf({ size, channels })];
  const panelRow = VALUE * (4 * size + 2 * stride * input.size);
  const together = blocks * size * panelRow <= CACHED;
  const height = together ? size : Math.max(1, Math.floor(CACHED / panelRow));
  const bands = Array.from({ length: Math.ceil(size / height) }, (_, i) => {
    const rows = { begin: i * height, end: Math.min(size, (i + 1) * height) };
    const table = kernels.place(gradientTable(geometry, rows));
    return { table, rows, above: inputRows(geometry, rows) };
  });
  const most = Math.max(
    ...bands.map(
      ({ rows, above }) =>
        (rows.end - rows.begin) * size * channels +
        (above.end - above.begin) * input.size * (inputs + 1),
    ),
  );
  const panels = kernels.reserve((together ? blocks : 1) * VALUE * most);
  const add = ({ table, rows, above }: (typeof bands)[number], block: number, count: number) => {
    kernels.call.addKernelGradient(
      input.address + block * from + VALUE * inputs * input.size * above.begin,
      delta + block * to + VALUE * channels * size * rows.begin,
      ...[gradient, panels, table, kernel ** 2, inputs, channels, count, from, to],
      ...[(above.end - above.begin) * input.size, (rows.end - rows.begin) * size],
      ...[input.size, size, stride],
    );
  };
  return (count: number) => {
    if (together) return add(bands[0], 0, count);
    for (let block = 0; block < count; block++) for (const band of bands) add(band, block, 1);
  };
}
