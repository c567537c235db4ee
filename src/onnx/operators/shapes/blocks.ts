import { reshape, type Tensor, transpose } from '@tensorflow/tfjs-core';
import { channelsLast, storedIn, tensorValue, type Value } from '../../values/value';
import { type Call, inputAt, type Operators, unsupported } from '../operator';

/** Operators that exchange channels and blocks of pixels. They work channels-last. */
export const blocks: Operators = {
  DepthToSpace: { run: depthToSpace },
  SpaceToDepth: { run: spaceToDepth },
};

function depthToSpace(call: Call): Value {
  const block = call.attributes.number('blocksize', 1);
  const mode = modeOf(call);
  const [batch, height, width, channels, image] = imageOf(call);
  const rest = channels / block ** 2;
  const moved =
    mode === 'DCR'
      ? transpose(reshape(image, [-1, width, block, block * rest]), [0, 2, 1, 3])
      : transpose(reshape(image, [-1, width, rest, block, block]), [0, 3, 1, 4, 2]);
  return tensorValue(reshape(moved, [batch, height * block, width * block, rest]), channelsLast(4));
}

function spaceToDepth(call: Call): Value {
  const block = call.attributes.number('blocksize', 1);
  const [batch, height, width, channels, image] = imageOf(call);
  const [rows, columns] = [height / block, width / block];
  const moved =
    modeOf(call) === 'DCR'
      ? transpose(reshape(image, [-1, block, columns, block * channels]), [0, 2, 1, 3])
      : transpose(reshape(image, [-1, block, columns, block, channels]), [0, 2, 4, 1, 3]);
  return tensorValue(
    reshape(moved, [batch, rows, columns, block ** 2 * channels]),
    channelsLast(4),
  );
}

/** The order of the channels: the positions in a block before what is left of the channels, or behind it. */
function modeOf(call: Call): 'DCR' | 'CRD' {
  const mode = call.attributes.text('mode', 'DCR');
  if (mode === 'DCR' || mode === 'CRD') return mode;
  throw unsupported(call, `the mode '${mode}'`, 'Export the model with the mode DCR or CRD');
}

function imageOf(call: Call): [number, number, number, number, Tensor] {
  const value = inputAt(call, 0);
  const [batch, channels, height, width] = value.shape;
  return [batch, height, width, channels, storedIn(value, channelsLast(4))];
}
