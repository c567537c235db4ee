import {
  backend_util,
  cast,
  concat,
  div,
  equal,
  fill,
  mul,
  reshape,
  split,
  sub,
  type Tensor,
  tensor,
} from '@tensorflow/tfjs-core';
import { type ConvolvedAxis, convolvedAxes } from './convolutionGeometry';
import { inputGradient } from './depthwiseRule';
import type { DifferentiatedCall, GradientRule } from './gradientRule';
import { runKernel } from './runKernel';
import { windowOf } from './windowOf';

/** Rules of pooling. Of equal greatest values in a window the first, row by row, has the gradient. */
export const poolingRules: Readonly<Record<string, GradientRule>> = {
  MaxPool: {
    saves: ['x'],
    savesOutput: true,
    gradients: ({ dy, y, inputs: { x }, attrs }) => ({
      x: () => {
        const axes = poolingAxes(x, attrs);
        const isTiled = axes.every(({ taps, stride, before }) => taps === stride && before === 0);
        const isWhole = axes.every(({ input, output, stride }) => output * stride <= input);
        // Slower, but for windows of all kinds.
        if (!isTiled || !isWhole)
          return runKernel('MaxPoolGrad', { dy, input: x, output: y }, attrs);
        return tiledMaximum(x, y, dy, axes);
      },
    }),
  },
  MaxPool3D: {
    saves: ['x'],
    savesOutput: true,
    gradients: ({ dy, y, inputs: { x }, attrs }) => ({
      x: () => runKernel('MaxPool3DGrad', { dy, input: x, output: y }, attrs),
    }),
  },
  AvgPool: {
    gradients: ({ dy, inputs: { x }, attrs }) => ({
      x: () => {
        const axes = poolingAxes(x, attrs);
        const channels = x.shape.at(-1)!;
        const filter = fill([axes[0].taps, axes[1].taps, channels, 1], 1);
        return inputGradient(div(dy, windowSizes(axes)), filter, axes);
      },
    }),
  },
};

type Axes = readonly [rows: ConvolvedAxis, columns: ConvolvedAxis];

function poolingAxes(x: Tensor, attrs: DifferentiatedCall['attrs']): Axes {
  return convolvedAxes(
    backend_util.computePool2DInfo(
      x.shape as [number, number, number, number],
      attrs.filterSize as number | [number, number],
      attrs.strides as number | [number, number],
      1,
      attrs.pad as 'same' | 'valid' | number,
      attrs.dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
    ),
  );
}

/** The number of pixels in every window, without the padding: [height', width', 1]. */
function windowSizes([rows, columns]: Axes): Tensor {
  const [tall, wide] = [countsAlong(rows), countsAlong(columns)];
  const sizes = tall.flatMap((height) => wide.map((width) => height * width));
  return tensor(sizes, [tall.length, wide.length, 1]);
}

function countsAlong({ input, output, taps, stride, before }: ConvolvedAxis): number[] {
  return Array.from({ length: output }, (_, p) => {
    const begin = p * stride - before;
    return Math.min(begin + taps, input) - Math.max(begin, 0);
  });
}

/** The gradient of the maximum of windows that tile the image: dy where x = y for the first time. */
function tiledMaximum(x: Tensor, y: Tensor, dy: Tensor, [rows, columns]: Axes): Tensor {
  const [n, , , channels] = x.shape;
  const [tall, wide] = [rows.output * rows.stride, columns.output * columns.stride];
  const lines = n * rows.output;
  const pixels = lines * columns.output;
  const tiled = windowOf(x, [
    { begin: 0, size: n },
    { begin: 0, size: tall },
    { begin: 0, size: wide },
    { begin: 0, size: channels },
  ]);
  const maximum = reshape(y, [pixels, channels]);
  let rest: Tensor = reshape(dy, [pixels, channels]);
  const parts = split(reshape(tiled, [lines, rows.stride * wide * channels]), rows.stride, 1).map(
    (line) => {
      const places = split(reshape(line, [pixels, columns.stride * channels]), columns.stride, 1);
      const gradients = places.map((values) => {
        const part = mul(rest, cast(equal(values, maximum), 'float32'));
        rest = sub(rest, part);
        return part;
      });
      return reshape(concat(gradients, 1), [lines, wide * channels]);
    },
  );
  return windowOf(reshape(concat(parts, 1), [n, tall, wide, channels]), [
    { begin: 0, size: n },
    { begin: 0, size: rows.input },
    { begin: 0, size: columns.input },
    { begin: 0, size: channels },
  ]);
}
