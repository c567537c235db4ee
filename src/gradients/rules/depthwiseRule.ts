import {
  depthwiseConv2d,
  reshape,
  reverse,
  sum,
  type Tensor,
  type Tensor4D,
  transpose,
} from '@tensorflow/tfjs-core';
import { type ConvolvedAxis, convolutionGeometry, metWindow } from './convolutionGeometry';
import type { GradientRule } from './gradientRule';
import { spreadOut } from './spreadOut';
import { windowOf } from './windowOf';

/**
 * The rule of a depthwise convolution of `x` [n, height, width, c] with `filter` [height, width, c, m], whose output
 * has the channels c·m. Both gradients are depthwise convolutions.
 */
export const depthwiseRule: GradientRule = {
  saves: ['x', 'filter'],
  gradients(call) {
    const { x, filter } = call.inputs;
    const { axes, toLast, fromLast } = convolutionGeometry(call, true);
    const dy = toLast(call.dy);
    return {
      x: () => fromLast(inputGradient(dy, filter, axes)),
      filter: () => filterGradient(toLast(x), dy, filter, axes),
    };
  },
};

type Axes = readonly [rows: ConvolvedAxis, columns: ConvolvedAxis];

/**
 * ∂loss/∂x[h, c] = Σₘ Σᵢ dy↑[h + before − d·i, (c, m)]·k[i, c, m], where the entries of dy↑ lie s apart: a depthwise
 * convolution with the filter turned by half a turn, and a sum over m.
 */
export function inputGradient(dy: Tensor, filter: Tensor, [rows, columns]: Axes): Tensor {
  const [n, , , channels] = dy.shape;
  const [height, width, inputs, multiplier] = filter.shape;
  const window = ({ input, taps, dilation, before }: ConvolvedAxis) => {
    const reach = (taps - 1) * dilation;
    return { begin: before - reach, size: input + reach };
  };
  const met = windowOf(spreadOut(dy, [1, rows.stride, columns.stride, 1]), [
    { begin: 0, size: n },
    window(rows),
    window(columns),
    { begin: 0, size: channels },
  ]);
  const turned = reverse(reshape(filter, [height, width, channels, 1]), [0, 1]);
  const dilations: [number, number] = [rows.dilation, columns.dilation];
  const each = depthwiseConv2d(met as Tensor4D, turned as Tensor4D, 1, 'valid', 'NHWC', dilations);
  if (multiplier === 1) return each;
  return sum(reshape(each, [n, rows.input, columns.input, inputs, multiplier]), -1);
}

/**
 * ∂loss/∂k[i, c, m] = Σₙ Σₚ x̃[n, s·p + d·i, c]·dy[n, p, (c, m)]: a depthwise convolution over the channels of all
 * samples, whose stride is d and in which the entries of dy lie s apart, and a sum over the samples.
 */
function filterGradient(x: Tensor, dy: Tensor, filter: Tensor, [rows, columns]: Axes): Tensor {
  const [n, , , inputs] = x.shape;
  const [height, width, , multiplier] = filter.shape;
  const met = windowOf(x, [
    { begin: 0, size: n },
    metWindow(rows),
    metWindow(columns),
    { begin: 0, size: inputs },
  ]);
  const [, tall, wide] = met.shape;
  const channels = n * inputs;
  const samples = reshape(transpose(met, [1, 2, 0, 3]), [1, tall, wide, channels]);
  const asFilter = reshape(transpose(dy, [1, 2, 0, 3]), [
    rows.output,
    columns.output,
    channels,
    multiplier,
  ]);
  const each = depthwiseConv2d(
    samples as Tensor4D,
    asFilter as Tensor4D,
    [rows.dilation, columns.dilation],
    'valid',
    'NHWC',
    [rows.stride, columns.stride],
  );
  return sum(reshape(each, [height, width, n, inputs, multiplier]), 2);
}
