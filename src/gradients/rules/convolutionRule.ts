import {
  concat,
  conv2d,
  fill,
  pad,
  reshape,
  reverse,
  stridedSlice,
  type Tensor,
  type Tensor4D,
  transpose,
} from '@tensorflow/tfjs-core';
import { type ConvolvedAxis, convolutionGeometry, metWindow } from './convolutionGeometry';
import type { GradientRule } from './gradientRule';
import { runKernel } from './runKernel';
import { spreadOut } from './spreadOut';
import { windowOf } from './windowOf';

/**
 * The rule of a convolution y[p] = Σᵢ x̃[s·p + d·i]·k[i] of `x` with `filter` [height, width, in, out]. Both gradients
 * are convolutions: wasm lacks the kernel of one, and tfjs's own ones are slow on cpu and wasm and take no dilation.
 */
export const convolutionRule: GradientRule = {
  saves: ['x', 'filter'],
  gradients(call) {
    const { x, filter } = call.inputs;
    const { axes, toLast, fromLast } = convolutionGeometry(call, false);
    const dy = toLast(call.dy);
    return {
      x: () => fromLast(inputGradient(dy, filter, axes)),
      filter: () => filterGradient(toLast(x), dy, axes),
    };
  },
};

/** The rule of a transposed convolution, the adjoint in x of a convolution: of `dy` with `filter`, into `inputShape`. */
export const transposedConvolutionRule: GradientRule = {
  saves: ['dy', 'filter'],
  gradients({ dy: g, inputs: { dy, filter }, attrs }) {
    const { axes, toLast } = convolutionGeometry({ inputs: { x: g, filter }, attrs }, false);
    return {
      dy: () => runKernel('Conv2D', { x: g, filter }, { ...attrs, dilations: 1 }),
      filter: () => filterGradient(toLast(g), toLast(dy), axes),
    };
  },
};

type Axes = readonly [rows: ConvolvedAxis, columns: ConvolvedAxis];

/**
 * ∂loss/∂k[i] = Σₚ x̃[s·p + d·i]ᵀ dy[p]: a convolution of x̃ with dy in which channels take the place of samples and
 * samples that of channels. Its stride is d, and the entries of dy lie s apart.
 */
export function filterGradient(x: Tensor, dy: Tensor, [rows, columns]: Axes): Tensor {
  const [n, , , channels] = x.shape;
  const met = windowOf(x, [
    { begin: 0, size: n },
    metWindow(rows),
    metWindow(columns),
    { begin: 0, size: channels },
  ]);
  const samplesLast = transpose(met, [3, 1, 2, 0]) as Tensor4D;
  const asFilter = transpose(dy, [1, 2, 0, 3]);
  const gradient = dilatedConvolution(
    samplesLast,
    asFilter,
    [rows.dilation, columns.dilation],
    [rows.stride, columns.stride],
  );
  return transpose(gradient, [1, 2, 0, 3]);
}

/** A convolution without padding; where stride and dilation are above 1, which tfjs refuses, zeros set the filter apart. */
function dilatedConvolution(
  x: Tensor4D,
  filter: Tensor,
  strides: [number, number],
  dilations: [number, number],
): Tensor {
  const isStrided = strides.some((stride) => stride > 1);
  if (!isStrided || dilations.every((dilation) => dilation === 1)) {
    return conv2d(x, filter as Tensor4D, strides, 'valid', 'NHWC', dilations);
  }
  const [height, width, ...channels] = filter.shape;
  const apart = windowOf(spreadOut(filter, [...dilations, 1, 1]), [
    { begin: 0, size: (height - 1) * dilations[0] + 1 },
    { begin: 0, size: (width - 1) * dilations[1] + 1 },
    ...channels.map((size) => ({ begin: 0, size })),
  ]);
  return conv2d(x, apart as Tensor4D, strides, 'valid');
}

/** ∂loss/∂x, of dy [n, height', width', out]. */
export function inputGradient(dy: Tensor, filter: Tensor, axes: Axes): Tensor {
  const isStrided = axes.some(({ stride }) => stride > 1);
  return isStrided ? gradientByPhases(dy, filter, axes) : gradientOfStride1(dy, filter, axes);
}

/** ∂loss/∂x[h] = Σᵢ dy[h + before − d·i]·k[i]ᵀ: a convolution with the filter turned by half a turn. */
function gradientOfStride1(dy: Tensor, filter: Tensor, [rows, columns]: Axes): Tensor {
  const [n, , , channels] = dy.shape;
  const window = ({ input, taps, dilation, before }: ConvolvedAxis) => {
    const reach = (taps - 1) * dilation;
    return { begin: before - reach, size: input + reach };
  };
  const met = windowOf(dy, [
    { begin: 0, size: n },
    window(rows),
    window(columns),
    { begin: 0, size: channels },
  ]);
  const dilations: [number, number] = [rows.dilation, columns.dilation];
  return conv2d(met as Tensor4D, turned(filter), 1, 'valid', 'NHWC', dilations);
}

/** The filter turned by half a turn, from out to in. */
function turned(filter: Tensor): Tensor4D {
  return transpose(reverse(filter, [0, 1]), [0, 1, 3, 2]) as Tensor4D;
}

/**
 * The gradient of a strided convolution without dilation. Positions s·m + r of x̃ meet the entries r, r + s, … of the
 * filter alone:
 *
 *     ∂loss/∂x̃[s·m + r] = Σⱼ dy[m − j]·k[s·j + r]ᵀ
 *
 * A convolution of stride 1 for each r of the rows, in which those of the columns lie side by side as channels, gives
 * lines that interleave by reshaping.
 */
function gradientByPhases(dy: Tensor, filter: Tensor, [rows, columns]: Axes): Tensor {
  const [n, , , channels] = dy.shape;
  const [, , inputs] = filter.shape;
  const phases = columns.stride;
  const [height, width] = [phaseCount(rows), phaseCount(columns)];
  const reach = Math.ceil(columns.taps / phases) - 1;
  const lines = Array.from({ length: rows.stride }, (_, phase) => {
    const taps = Math.ceil((rows.taps - phase) / rows.stride);
    if (taps <= 0) return fill([n * height, width * phases * inputs], 0);
    const met = windowOf(dy, [
      { begin: 0, size: n },
      { begin: 1 - taps, size: height + taps - 1 },
      { begin: -reach, size: width + reach },
      { begin: 0, size: channels },
    ]);
    const part = stridedSlice(filter, [phase, 0, 0, 0], filter.shape, [rows.stride, 1, 1, 1]);
    const sideBySide = columnPhases(part, phases, reach + 1);
    const line = conv2d(met as Tensor4D, sideBySide, 1, 'valid');
    return reshape(line, [n * height, width * phases * inputs]);
  });
  const whole = reshape(concat(lines, 1), [n, height * rows.stride, width * phases, inputs]);
  return windowOf(whole, [
    { begin: 0, size: n },
    { begin: rows.before, size: rows.input },
    { begin: columns.before, size: columns.input },
    { begin: 0, size: inputs },
  ]);
}

/** The number of m. */
function phaseCount({ output, taps, stride }: ConvolvedAxis): number {
  return output + Math.ceil(taps / stride) - 1;
}

/** The filter of a line: [taps, length, out, phases·in], the columns of each phase turned and side by side. */
function columnPhases(filter: Tensor, phases: number, length: number): Tensor4D {
  const [taps, width, inputs, outputs] = filter.shape;
  const missing = length * phases - width;
  const padded = pad(filter, [
    [0, 0],
    [0, missing],
    [0, 0],
    [0, 0],
  ]);
  // Column s·j + r as position j of phase r.
  const split = reshape(
    reverse(reshape(padded, [taps, length, phases * inputs * outputs]), [0, 1]),
    [taps, length, phases, inputs, outputs],
  );
  return reshape(transpose(split, [0, 1, 4, 2, 3]), [taps, length, outputs, phases * inputs]);
}
