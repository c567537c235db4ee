import { add, conv2d, pad, reshape, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { channelsLast, storedIn, tensorValue, toTensor, type Value } from '../../values/value';
import { type Call, inputAt, type Operators, optionalAt, unsupported } from '../operator';
import { spatialPads } from './spatialPads';

/** Convolutions. */
export const convolutions: Operators = {
  Conv: { run: conv },
};

/** A convolution of [batch, channels, height, width], computed channels-last. */
function conv(call: Call): Value {
  const { attributes } = call;
  const [x, w] = [inputAt(call, 0), inputAt(call, 1)];
  if (x.shape.length !== 4 || attributes.number('group', 1) !== 1) {
    throw unsupported(call, 'groups or another rank than 4', 'Export a 2-D convolution');
  }
  const strides = attributes.numbers('strides', [1, 1]) as [number, number];
  const dilations = attributes.numbers('dilations', [1, 1]) as [number, number];
  const pads = spatialPads(call, x.shape.slice(2), w.shape.slice(2), strides, dilations);
  const image = storedIn(x, channelsLast(4)) as Tensor4D;
  const filter = storedIn(w, [2, 3, 1, 0]) as Tensor4D;
  const padded = pads.flat().some((size) => size > 0)
    ? pad(image, [[0, 0], ...(pads as [number, number][]), [0, 0]])
    : image;
  let found: Tensor = conv2d(padded, filter, strides, 'valid', 'NHWC', dilations);
  const bias = optionalAt(call, 2);
  if (bias) found = add(found, reshape(toTensor(bias), [-1]));
  return tensorValue(found, channelsLast(4));
}
