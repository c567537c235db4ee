import { backend_util, type Tensor, transpose } from '@tensorflow/tfjs-core';
import type { DifferentiatedCall } from './gradientRule';

/** One spatial axis of y[p] = Σᵢ x̃[s·p + d·i]·k[i], where x̃ is x with zeros before and after it. */
export interface ConvolvedAxis {
  /** The size of x. */
  readonly input: number;
  /** The number of p. */
  readonly output: number;
  /** The number of i. */
  readonly taps: number;
  /** s. */
  readonly stride: number;
  /** d. */
  readonly dilation: number;
  /** The zeros before x. */
  readonly before: number;
}

/** The rows and the columns of a convolution, and its orders of axes. */
export interface ConvolutionGeometry {
  readonly axes: readonly [rows: ConvolvedAxis, columns: ConvolvedAxis];
  /** Images with the channels last. */
  readonly toLast: (x: Tensor) => Tensor;
  /** Images with the channels where the call has them. */
  readonly fromLast: (x: Tensor) => Tensor;
}

/** The geometry of a convolution of `x` with `filter`. */
export function convolutionGeometry(
  { inputs: { x, filter }, attrs }: Pick<DifferentiatedCall, 'inputs' | 'attrs'>,
  isDepthwise: boolean,
): ConvolutionGeometry {
  const format = backend_util.convertConv2DDataFormat(
    (attrs.dataFormat ?? 'NHWC') as 'NHWC' | 'NCHW',
  );
  const info = backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    attrs.strides as number | [number, number],
    (attrs.dilations ?? 1) as number | [number, number],
    attrs.pad as 'same' | 'valid' | number,
    attrs.dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
    isDepthwise,
    format,
  );
  const isFirst = format === 'channelsFirst';
  return {
    axes: convolvedAxes(info),
    toLast: (images) => (isFirst ? transpose(images, [0, 2, 3, 1]) : images),
    fromLast: (images) => (isFirst ? transpose(images, [0, 3, 1, 2]) : images),
  };
}

/** The rows and the columns of a convolution or a pooling of images or volumes. */
export function convolvedAxes(
  info: backend_util.Conv2DInfo | backend_util.Conv3DInfo,
): ConvolutionGeometry['axes'] {
  return [
    {
      input: info.inHeight,
      output: info.outHeight,
      taps: info.filterHeight,
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      before: info.padInfo.top,
    },
    {
      input: info.inWidth,
      output: info.outWidth,
      taps: info.filterWidth,
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      before: info.padInfo.left,
    },
  ];
}

/** The positions of x̃ that the outputs meet, in terms of those of x. */
export function metWindow({ output, taps, stride, dilation, before }: ConvolvedAxis) {
  return { begin: -before, size: (output - 1) * stride + (taps - 1) * dilation + 1 };
}
