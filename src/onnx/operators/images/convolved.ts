import {
  add,
  conv3d,
  fused,
  reshape,
  slice,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  type Tensor5D,
} from '@tensorflow/tfjs-core';
import { everyNth } from '../kernels/everyNth';
import { onJoinedAxes } from '../kernels/onJoinedAxes';
import { isZero, padded } from './padded';
import type { SpatialPads, Window } from './window';

/** The parts of a convolution, channels-last. */
export interface Convolution {
  /** [batch, ...space, in] */
  readonly image: Tensor;
  /** [...window, in, out], or [...window, in, multiplier] if it is depthwise */
  readonly filter: Tensor;
  /** [out] */
  readonly bias: Tensor | null;
  readonly window: Pick<Window, 'strides' | 'dilations' | 'pads'>;
  readonly isDepthwise?: boolean;
}

/**
 * A convolution over 1, 2 or 3 spatial axes, channels-last. One axis is computed as an image of height 1. tfjs has no
 * convolution with strides and dilations both above 1: then each stride-th position of one without strides is taken.
 */
export function convolved(convolution: Convolution): Tensor {
  const { image, filter, window } = convolution;
  const { strides, dilations, pads } = window;
  if (strides.some((stride) => stride > 1) && dilations.some((dilation) => dilation > 1)) {
    const ones = strides.map(() => 1);
    const dense = convolved({ ...convolution, window: { ...window, strides: ones } });
    return strides.reduce(
      (found, stride, axis) =>
        stride === 1 ? found : everyNth(found, axis + 1, 0, found.shape[axis + 1]!, stride),
      dense,
    );
  }
  if (strides.length === 1) {
    const found = convolved({
      ...convolution,
      image: lifted(image, 1),
      filter: lifted(filter, 0),
      window: {
        strides: [1, ...strides],
        dilations: [1, ...dilations],
        pads: [[0, 0], ...pads],
      },
    });
    return reshape(found, [found.shape[0], ...found.shape.slice(2)]);
  }
  if (strides.length === 2) return convolved2d(convolution);
  return convolution.isDepthwise ? depthwise3d(convolution) : convolved3d(convolution);
}

/** The tensor with an axis of size 1 added. */
export function lifted(tensor: Tensor, axis: number): Tensor {
  return reshape(tensor, tensor.shape.toSpliced(axis, 0, 1));
}

function convolved2d({ image, filter, bias, window, isDepthwise }: Convolution): Tensor {
  const { x, pad } = withoutNegative(image, window.pads);
  const parts = {
    x: x as Tensor4D,
    filter: filter as Tensor4D,
    strides: window.strides as [number, number],
    dilations: window.dilations as [number, number],
    // The types of depthwise convolutions lack explicit padding, the kernels have it.
    pad: pad as 'valid',
    ...(bias ? { bias: bias as Tensor1D } : {}),
  };
  return isDepthwise ? fused.depthwiseConv2d(parts) : fused.conv2d(parts);
}

/** Padding as tfjs takes it, and the image cropped where the padding is negative. */
export function withoutNegative(
  image: Tensor,
  pads: SpatialPads,
): { x: Tensor; pad: 'valid' | [number, number][] } {
  const part = (sign: 1 | -1) =>
    pads.map(([before, behind]): [number, number] => [
      sign * Math.max(0, sign * before),
      sign * Math.max(0, sign * behind),
    ]);
  const x = padded(image, part(-1));
  return { x, pad: isZero(part(1)) ? 'valid' : [[0, 0], ...part(1), [0, 0]] };
}

function convolved3d({ image, filter, bias, window }: Convolution): Tensor {
  const found = conv3d(
    padded(image, window.pads) as Tensor5D,
    filter as Tensor5D,
    window.strides as [number, number, number],
    'valid',
    'NDHWC',
    window.dilations as [number, number, number],
  );
  return bias ? onJoinedAxes([found, bias], ([sums, added]) => add(sums, added)) : found;
}

/** A depthwise convolution of three axes: the sum of those of two axes over the depth of the window. */
function depthwise3d({ image, filter, bias, window }: Convolution): Tensor {
  const { strides, dilations, pads } = window;
  const whole = padded(image, [pads[0], [0, 0], [0, 0]]);
  const [batch, depth, height, width, channels] = whole.shape;
  const [size, ...flat] = filter.shape;
  const last = depth - (size - 1) * dilations[0];
  const slabs = Array.from({ length: size }, (_, k) => {
    const start = k * dilations[0];
    const taken = everyNth(whole, 1, start, start + last, strides[0]);
    return convolved2d({
      image: reshape(taken, [-1, height, width, channels]),
      filter: reshape(slice(filter, [k, 0, 0, 0, 0], [1, ...flat]), flat),
      bias: k === 0 ? bias : null,
      window: { strides: strides.slice(1), dilations: dilations.slice(1), pads: pads.slice(1) },
      isDepthwise: true,
    });
  });
  const found = slabs.reduce((sum, next) => add(sum, next));
  return reshape(found, [batch, -1, ...found.shape.slice(1)]);
}
