import { concat, reshape, split, type Tensor, transpose } from '@tensorflow/tfjs-core';
import { invalid } from '../../../errors';
import { sizeOf } from '../../../params/internal';
import { channelsLast, storedIn, tensorValue, toTensor, type Value } from '../../values/value';
import { type Call, inputAt, type Operators, optionalAt } from '../operator';
import { assertSpace } from './assertSpace';
import { biasVector } from './biasVector';
import { type Convolution, convolved } from './convolved';
import { transposedConvolution } from './transposedConvolution';
import { reachOf, type Window, windowOf } from './window';

/** Convolutions. */
export const convolutions: Operators = {
  Conv: { run: conv },
  ConvTranspose: { run: transposedConvolution },
};

/** A convolution of [batch, channels, ...space], computed channels-last. */
function conv(call: Call): Value {
  const [x, w] = [inputAt(call, 0), inputAt(call, 1)];
  const rank = x.shape.length;
  assertSpace(call, rank);
  const groups = call.attributes.number('group', 1);
  if (x.shape[1] !== w.shape[1] * groups) {
    throw invalid(
      `its filter [${w.shape}] with ${groups} groups does not fit an input [${x.shape}]`,
      'Pass an input with the channels that the graph takes',
      { param: 'input', received: x.shape },
    );
  }
  const window = windowOf(call, x.shape.slice(2), w.shape.slice(2));
  assertWindowFits(window, x.shape.slice(2));
  const bias = biasVector(optionalAt(call, 2));
  const parts = { image: storedIn(x, channelsLast(rank)), bias, window };
  return tensorValue(grouped(parts, w, groups), channelsLast(rank));
}

/** Throws unless the window has a place in the padded image: tfjs's backends fail on it, or crash. */
function assertWindowFits({ pads, ...window }: Window, space: readonly number[]): void {
  const reach = reachOf(window);
  if (space.every((size, axis) => size + pads[axis][0] + pads[axis][1] >= reach[axis])) return;
  throw invalid(
    `its window reaches over [${reach}] positions, more than an input with the spatial sizes [${space}] has`,
    'Pass a larger input, or inputShape, its sizes without the batch',
    { param: 'input', received: space },
  );
}

/** A convolution in groups: depthwise if each group has one input channel, and otherwise group by group. */
function grouped(parts: Omit<Convolution, 'filter'>, w: Value, groups: number): Tensor {
  if (groups > 1 && w.shape[1] === 1) {
    return convolved({ ...parts, filter: depthwiseFilter(w, groups), isDepthwise: true });
  }
  const filter = channelsLastFilter(toTensor(w));
  if (groups === 1) return convolved({ ...parts, filter });
  const images = split(parts.image, groups, -1);
  const filters = split(filter, groups, -1);
  const biases = parts.bias && split(parts.bias, groups);
  const found = images.map((image, g) =>
    convolved({ ...parts, image, filter: filters[g], bias: biases?.[g] ?? null }),
  );
  return concat(found, -1);
}

/** A filter [out, in, ...window] as [...window, in, out]. */
function channelsLastFilter(w: Tensor): Tensor {
  const [outs, ins, ...window] = w.shape;
  const places = sizeOf(window);
  const moved =
    places === 1
      ? transpose(reshape(w, [outs, ins]), [1, 0])
      : transpose(reshape(w, [outs, ins, places]), [2, 1, 0]);
  return reshape(moved, [...window, ins, outs]);
}

/** A filter [channels · multiplier, 1, ...window] as [...window, channels, multiplier]. */
function depthwiseFilter(w: Value, channels: number): Tensor {
  const [outs, , ...window] = w.shape;
  const moved = transpose(reshape(toTensor(w), [outs, -1]), [1, 0]);
  return reshape(moved, [...window, channels, outs / channels]);
}
