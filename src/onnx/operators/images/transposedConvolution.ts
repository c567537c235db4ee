import { concat, reshape, split, type Tensor, tile, transpose } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { channelsLast, storedIn, tensorValue, type Value } from '../../values/value';
import { reversed } from '../kernels/reversed';
import { type Call, inputAt, optionalAt } from '../operator';
import { assertSpace } from './assertSpace';
import { biasVector } from './biasVector';
import { convolved } from './convolved';
import { padded } from './padded';
import { type TransposedWindow, transposedWindow } from './transposedWindow';

/** The parts of a transposed convolution of one group. */
interface Parts {
  /** [batch, ...space, in] */
  readonly image: Tensor;
  /** [...window, in, out] */
  readonly filter: Tensor;
  /** [out] */
  readonly bias: Tensor | null;
}

/**
 * A transposed convolution with filter [in, out, ...window].
 *
 * With stride s, output s·n + r reads the elements r, r + s, r + 2s, … of the filter. So one convolution without strides
 * computes all residues r, each as channels of its own, and the residues are interleaved.
 */
export function transposedConvolution(call: Call): Value {
  const [x, w] = [inputAt(call, 0), inputAt(call, 1)];
  const rank = x.shape.length;
  assertSpace(call, rank);
  const window = transposedWindow(call, x.shape.slice(2), w.shape.slice(2));
  const groups = call.attributes.number('group', 1);
  const whole: Parts = {
    image: storedIn(x, channelsLast(rank)),
    filter: storedIn(w, [...w.shape.map((_, axis) => axis).slice(2), 0, 1]),
    bias: biasVector(optionalAt(call, 2)),
  };
  const found = groupsOf(whole, groups).map((parts) => transposed(parts, window));
  return tensorValue(groups === 1 ? found[0] : concat(found, -1), channelsLast(rank));
}

function groupsOf(whole: Parts, groups: number): Parts[] {
  if (groups === 1) return [whole];
  const images = split(whole.image, groups, -1);
  const filters = split(whole.filter, groups, -2);
  const biases = whole.bias && split(whole.bias, groups);
  return images.map((image, g) => ({ image, filter: filters[g], bias: biases?.[g] ?? null }));
}

function transposed({ image, filter, bias }: Parts, window: TransposedWindow): Tensor {
  const { strides, dilations, pads, crops } = window;
  const residues = sizeOf(strides);
  const phases = convolved({
    image,
    filter: residueFilter(filter, window),
    bias: bias && (residues > 1 ? tile(bias, [residues]) : bias),
    window: { strides: strides.map(() => 1), dilations, pads },
  });
  return padded(
    interleaved(phases, strides),
    crops.map(([before, behind]) => [-before, -behind]),
  );
}

/** The filter [...window, in, out] as one of a convolution without strides: [...steps, in, (...residues, out)]. */
function residueFilter(filter: Tensor, { strides, kernelDilations }: TransposedWindow): Tensor {
  const [ins, outs] = filter.shape.slice(-2);
  let found = filter;
  const steps: number[] = [];
  for (let axis = strides.length - 1; axis >= 0; axis--) {
    const dense = dilated(found, axis, kernelDilations[axis]);
    const step = Math.ceil(dense.shape[axis] / strides[axis]);
    const whole = lengthened(dense, axis, step * strides[axis]);
    const before = whole.shape.slice(0, axis);
    const behind = whole.shape.slice(axis + 1, -1);
    const channels = whole.shape.at(-1)!;
    steps.unshift(step);
    found = reshape(
      swapped(whole, [sizeOf(before) * step, strides[axis], sizeOf(behind), channels]),
      [...before, step, ...behind, strides[axis] * channels],
    );
  }
  const backwards = steps.flatMap((step, axis) => (step > 1 ? [axis] : []));
  const shaped = reshape(found, [...steps, ins, sizeOf(strides) * outs]);
  return backwards.length > 0 ? reversed(shaped, backwards) : shaped;
}

/** The tensor with zeros between the positions of an axis. */
function dilated(tensor: Tensor, axis: number, dilation: number): Tensor {
  if (dilation === 1) return tensor;
  const { shape } = tensor;
  const rows = reshape(tensor, [-1, 1, sizeOf(shape.slice(axis + 1))]);
  const whole = reshape(
    padded(rows, [[0, dilation - 1]]),
    shape.with(axis, shape[axis] * dilation),
  );
  return lengthened(whole, axis, (shape[axis] - 1) * dilation + 1);
}

/** The tensor with an axis cut to a length, or filled up with zeros. */
function lengthened(tensor: Tensor, axis: number, length: number): Tensor {
  const { shape } = tensor;
  if (shape[axis] === length) return tensor;
  const flat = reshape(tensor, [
    sizeOf(shape.slice(0, axis)),
    shape[axis],
    sizeOf(shape.slice(axis + 1)),
  ]);
  return reshape(padded(flat, [[0, length - shape[axis]]]), shape.with(axis, length));
}

/** Residues (...residues, out) in the channels moved to the spatial axes. */
function interleaved(image: Tensor, strides: readonly number[]): Tensor {
  const [batch, ...rest] = image.shape;
  const space = rest.slice(0, -1);
  let found = image;
  let channels = rest.at(-1)!;
  for (const [axis, stride] of strides.entries()) {
    const before = space.slice(0, axis + 1);
    const behind = space.slice(axis + 1);
    channels /= stride;
    found = swapped(found, [batch * sizeOf(before), sizeOf(behind), stride, channels]);
    space[axis] *= stride;
  }
  return reshape(found, [batch, ...space, channels]);
}

/** The tensor in this shape, with the two middle axes exchanged. */
function swapped(tensor: Tensor, shape: readonly [number, number, number, number]): Tensor {
  const shaped = reshape(tensor, [...shape]);
  return shape[1] === 1 || shape[2] === 1 ? shaped : transpose(shaped, [0, 2, 1, 3]);
}
