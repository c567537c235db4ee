import type { Convolution } from '../../layerNorm/layerNormNetwork';
import { BLOCK, type Maps, strideOf, VALUE } from './maps';
import { type PlanOptions, parameterAt, reserveMaps } from './planOptions';
import type { LayerSteps } from './steps';
import {
  backwardTable,
  forwardTable,
  type Geometry,
  gradientTable,
  inputRows,
  outputSize,
  RUN_RECORD,
} from './tapTables';

/** Bytes of maps that are convolved together: they stay in the first-level cache. */
const CACHED = 24576;

/**
 * A convolution and its layer normalisation. A shortcut is given the gradient of its output (that of the sum, with
 * the branch's), and adds to the gradient of its input, which the branch has written.
 */
export function convolutionSteps(
  options: PlanOptions,
  convolution: Convolution,
  input: Maps,
  sumGradient?: number,
): LayerSteps {
  const { conv, norm, kernel, stride, inputs, channels, relu } = convolution;
  const { kernels, blocks } = options;
  const { call } = kernels;
  if (channels % 4 !== 0)
    throw new Error(`'${conv}' has ${channels} channels: not a multiple of 4`);
  const geometry: Geometry = { kernel, stride, inputs, channels, size: input.size };
  const size = outputSize(geometry);
  const training = options.gradient !== null;
  // The convolution's output, then the normalised maps, then the gradient of the convolution's output.
  const inner = reserveMaps({ ...options, gradient: null }, { size, channels }).address;
  const made = reserveMaps(options, { size, channels });
  const output = sumGradient === undefined ? made : { ...made, gradient: sumGradient };
  const weight = parameterAt(options, `${conv}.weight`);
  const [scale, shift] = [
    parameterAt(options, `${norm}.weight`),
    parameterAt(options, `${norm}.bias`),
  ];
  const inverse = kernels.reserve(4 * BLOCK * blocks);
  const to = strideOf(output);
  const forward = convolver(options, forwardTable(geometry), {
    ...{ input: input.address, weights: weight.value, output: inner },
    ...{ inputMaps: input, outputMaps: output, kernel },
    accumulate: false,
  });
  const transposed =
    training && input.gradient ? kernels.reserve(4 * channels * inputs * kernel ** 2) : 0;
  const backward = transposed
    ? convolver(options, backwardTable(geometry), {
        ...{ input: inner, weights: transposed, output: input.gradient },
        ...{ inputMaps: output, outputMaps: input, kernel },
        accumulate: sumGradient !== undefined,
      })
    : () => {};
  const addKernelGradient = training
    ? kernelGradient(options, geometry, input, inner, weight.gradient)
    : () => {};
  return {
    output,
    forward: (count) => {
      forward(count);
      for (let i = 0; i < count; i++) {
        const [x, y, r] = [inner + i * to, output.address + i * to, inverse + 4 * BLOCK * i];
        call.normalise(x, y, scale.value, shift.value, r, size ** 2, channels, Number(relu));
      }
    },
    backward: (count) => {
      for (let i = 0; i < count; i++) {
        const [dy, y, x] = [output.gradient + i * to, output.address + i * to, inner + i * to];
        const r = inverse + 4 * BLOCK * i;
        call.normaliseGradient(
          ...[dy, y, x, scale.value, scale.gradient, shift.gradient, r],
          ...[size ** 2, channels, Number(relu)],
        );
      }
      addKernelGradient(count);
      backward(count);
    },
    transpose: () => {
      if (transposed) call.transposeKernel(weight.value, transposed, kernel ** 2, inputs, channels);
    },
  };
}

interface Convolved {
  readonly input: number;
  readonly weights: number;
  readonly output: number;
  readonly inputMaps: Pick<Maps, 'size' | 'channels'>;
  readonly outputMaps: Pick<Maps, 'size' | 'channels'>;
  readonly kernel: number;
  readonly accumulate: boolean;
}

/** Calls of `convolve`: all blocks at once if a block fits the cache, bands of rows of one block otherwise. */
function convolver({ kernels }: PlanOptions, table: Int32Array, convolved: Convolved) {
  const { input, weights, output, inputMaps, outputMaps, kernel, accumulate } = convolved;
  const address = kernels.reserve(table.byteLength);
  new Int32Array(kernels.memory.buffer, address, table.length).set(table);
  const { size, channels } = outputMaps;
  const [from, to] = [strideOf(inputMaps), strideOf(outputMaps)];
  const depth = kernel ** 2 * inputMaps.channels;
  const rows = Math.max(1, Math.floor((CACHED / from) * size));
  const band = (block: number, blocks: number, begin: number, end: number) => {
    kernels.call.convolve(
      ...[input + block * from, weights, output + block * to + VALUE * channels * size * begin],
      ...[address + 4 * RUN_RECORD * size * begin, size * (end - begin), channels, depth],
      ...[blocks, from, to, Number(accumulate)],
    );
  };
  return (blocks: number) => {
    if (rows >= size) return band(0, blocks, 0, size);
    for (let block = 0; block < blocks; block++)
      for (let row = 0; row < size; row += rows) band(block, 1, row, Math.min(size, row + rows));
  };
}

/** Calls of `addKernelGradient`: all blocks at once if their panels fit the cache, else bands of rows of a block. */
function kernelGradient(
  { kernels, blocks }: PlanOptions,
  geometry: Geometry,
  input: Maps,
  delta: number,
  gradient: number,
) {
  const { kernel, inputs, channels, stride } = geometry;
  const size = outputSize(geometry);
  const [from, to] = [strideOf(input), strideOf({ size, channels })];
  const panelRow = VALUE * (4 * size + 2 * stride * input.size);
  const together = blocks * size * panelRow <= CACHED;
  const height = together ? size : Math.max(1, Math.floor(CACHED / panelRow));
  const bands = Array.from({ length: Math.ceil(size / height) }, (_, i) => {
    const rows = { begin: i * height, end: Math.min(size, (i + 1) * height) };
    const table = gradientTable(geometry, rows);
    const address = kernels.reserve(table.byteLength);
    new Int32Array(kernels.memory.buffer, address, table.length).set(table);
    return { address, rows, above: inputRows(geometry, rows) };
  });
  const most = Math.max(
    ...bands.map(
      ({ rows, above }) =>
        (rows.end - rows.begin) * size * channels +
        (above.end - above.begin) * input.size * (inputs + 1),
    ),
  );
  const panels = kernels.reserve((together ? blocks : 1) * VALUE * most);
  const add = ({ address, rows, above }: (typeof bands)[number], block: number, count: number) => {
    kernels.call.addKernelGradient(
      input.address + block * from + VALUE * inputs * input.size * above.begin,
      delta + block * to + VALUE * channels * size * rows.begin,
      ...[gradient, panels, address, kernel ** 2, inputs, channels, count, from, to],
      ...[(above.end - above.begin) * input.size, (rows.end - rows.begin) * size],
      ...[input.size, size, stride],
    );
  };
  return (count: number) => {
    if (together) return add(bands[0], 0, count);
    for (let block = 0; block < count; block++) for (const band of bands) add(band, block, 1);
  };
}
