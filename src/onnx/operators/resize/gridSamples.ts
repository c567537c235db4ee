import { reshape, tensor2d, transpose } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { channelsLast, storedIn, tensorValue, toTensor, type Value } from '../../values/value';
import { product } from '../matrix/product';
import { type Call, inputAt, numbersAt, type Operators, unsupported } from '../operator';
import type { SampleSettings } from './gridNeighbours';
import { sampleGrid } from './sampleGrid';

/** Samples of images at the coordinates of a grid. */
export const gridSamples: Operators = {
  GridSample: { run: gridSample },
  AffineGrid: { run: affineGrid, hostInputs: [1] },
};

/** The interpolations by their names in ONNX, which opset 20 changed. */
const modes: Readonly<Record<string, SampleSettings['mode']>> = {
  bilinear: 'linear',
  linear: 'linear',
  nearest: 'nearest',
  bicubic: 'cubic',
  cubic: 'cubic',
};

const paddings = ['zeros', 'border', 'reflection'];

function gridSample(call: Call): Value {
  const { attributes } = call;
  const [value, grid] = [inputAt(call, 0), inputAt(call, 1)];
  const order = channelsLast(value.shape.length);
  const mode = attributes.text('mode', 'linear');
  const padding = attributes.text('padding_mode', 'zeros');
  if (!Object.hasOwn(modes, mode) || !paddings.includes(padding)) {
    throw unsupported(
      call,
      `the mode '${mode}' and the padding '${padding}'`,
      'Export the model with the mode bilinear, bicubic or nearest',
    );
  }
  if (modes[mode] === 'cubic' && order.length > 4) {
    throw unsupported(call, 'cubic samples of volumes', 'Export the model with the mode linear');
  }
  const settings = {
    mode: modes[mode],
    padding: padding as SampleSettings['padding'],
    alignsCorners: attributes.number('align_corners', 0) !== 0,
  };
  return tensorValue(sampleGrid(storedIn(value, order), toTensor(grid), settings), order);
}

/** The coordinates [batch, …, dimensions] of the pixels of images that affine maps [dimensions, dimensions + 1] move. */
function affineGrid(call: Call): Value {
  const theta = toTensor(inputAt(call, 0));
  const [batch, , ...sizes] = numbersAt(call, 1) ?? [];
  const alignsCorners = call.attributes.number('align_corners', 0) !== 0;
  const count = sizeOf(sizes);
  const points = Array.from({ length: count }, (_, i) => {
    let rest = i;
    const point = [1];
    for (const size of sizes.toReversed()) {
      point.splice(-1, 0, coordinate(rest % size, size, alignsCorners));
      rest = Math.floor(rest / size);
    }
    return point;
  });
  const base = tensor2d(points.flat(), [count, sizes.length + 1]);
  const moved = product(base, transpose(theta, [0, 2, 1]));
  return tensorValue(reshape(moved, [batch, ...sizes, sizes.length]));
}

/** The coordinate of a pixel, from −1 to 1. */
function coordinate(i: number, size: number, alignsCorners: boolean): number {
  if (!alignsCorners) return (2 * i + 1) / size - 1;
  return size > 1 ? (2 * i) / (size - 1) - 1 : 0;
}
