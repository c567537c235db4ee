import { addN, backend_util, reshape, slice, stack, type Tensor } from '@tensorflow/tfjs-core';
import { type ConvolvedAxis, convolvedAxes } from './convolutionGeometry';
import { filterGradient, inputGradient } from './convolutionRule';
import type { DifferentiatedCall, GradientRule } from './gradientRule';
import { spreadOut } from './spreadOut';
import { windowOf } from './windowOf';

/**
 * The rule of a convolution of volumes [n, depth, height, width, in], a sum of convolutions of images: entry t of the
 * filter's depth meets the slices s·p + d·t of x̃. (tfjs's kernels of these gradients are wrong on wasm.)
 */
export const volumeConvolutionRule: GradientRule = {
  saves: ['x', 'filter'],
  gradients: ({ dy, inputs: { x, filter }, attrs }) => {
    const [depth, rows, columns] = volumeAxes(x, filter, attrs);
    const images = asImages(dy);
    const entries = Array.from({ length: depth.taps }, (_, t) => t);
    return {
      x: () =>
        addN(
          entries.map((t) => {
            const part = inputGradient(images, entryOf(filter, t), [rows, columns]);
            return slicesBack(part, x.shape, depth, t);
          }),
        ),
      filter: () =>
        stack(entries.map((t) => filterGradient(slicesMet(x, depth, t), images, [rows, columns]))),
    };
  },
};

/** The slices of all volumes as images. */
function asImages(volumes: Tensor): Tensor {
  const [n, depth, ...image] = volumes.shape;
  return reshape(volumes, [n * depth, ...image]);
}

/** The filter of images at an entry of the depth. */
function entryOf(filter: Tensor, t: number): Tensor {
  const [, ...shape] = filter.shape;
  return reshape(slice(filter, [t, 0, 0, 0, 0], [1, ...shape]), shape);
}

/** The slices of x̃ that entry t of the filter meets, as images. */
function slicesMet(
  x: Tensor,
  { output, stride, dilation, before }: ConvolvedAxis,
  t: number,
): Tensor {
  const [n, , ...image] = x.shape;
  const met = inDepth(x, { begin: t * dilation - before, size: output * stride });
  const groups = reshape(met, [n, output, stride, ...image]);
  const sizes = [n, output, 1, ...image];
  return reshape(
    slice(
      groups,
      sizes.map(() => 0),
      sizes,
    ),
    [n * output, ...image],
  );
}

/** The volumes whose slices, those that entry t of the filter meets, are these images; the others are zeros. */
function slicesBack(
  images: Tensor,
  [n, depth, ...image]: readonly number[],
  { output, stride, dilation, before }: ConvolvedAxis,
  t: number,
): Tensor {
  const apart = spreadOut(reshape(images, [n, output, ...image]), [1, stride, 1, 1, 1]);
  return inDepth(apart, { begin: before - t * dilation, size: depth });
}

/** A window of volumes along the depth. */
function inDepth(x: Tensor, window: { readonly begin: number; readonly size: number }): Tensor {
  return windowOf(
    x,
    x.shape.map((size, axis) => (axis === 1 ? window : { begin: 0, size })),
  );
}

/** The depth, the rows and the columns. */
function volumeAxes(
  x: Tensor,
  filter: Tensor,
  attrs: DifferentiatedCall['attrs'],
): [ConvolvedAxis, ConvolvedAxis, ConvolvedAxis] {
  const info = backend_util.computeConv3DInfo(
    x.shape as [number, number, number, number, number],
    filter.shape as [number, number, number, number, number],
    attrs.strides as number | [number, number, number],
    (attrs.dilations ?? 1) as number | [number, number, number],
    attrs.pad as 'same' | 'valid',
  );
  return [
    {
      input: info.inDepth,
      output: info.outDepth,
      taps: info.filterDepth,
      stride: info.strideDepth,
      dilation: info.dilationDepth,
      before: info.padInfo.front,
    },
    ...convolvedAxes(info),
  ];
}
