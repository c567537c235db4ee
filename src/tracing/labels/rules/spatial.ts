import { isOwnAxis, joinAxes, type Label, makeLabel, pinLabel } from '../label';
import { elementwise } from './elementwise';
import { renewed } from './reduction';
import { reshape } from './reshape';
import {
  axisLetters,
  broadcastLetters,
  expression,
  type KernelRule,
  type LabelledCall,
  present,
} from './rule';

const space = 'it meets an axis of space';
const window = 'it runs along the window of a convolution';

/** Convolutions with filter [...window, in, out]: input channels are contracted, output channels are the filter's. */
export const convolution: KernelRule = (call) => {
  const filter = call.inputs.filter.label;
  return [convolved(call, call.inputs.x.label, filter, ['i', 'o'])];
};

/** Transposed convolutions with filter [...window, out, in]. */
export const transposedConvolution: KernelRule = (call) => [
  convolved(call, call.inputs.dy.label, call.inputs.filter.label, ['o', 'i']),
];

function convolved(call: LabelledCall, x: Label, filter: Label, channels: string[]): Label {
  const axes = axisLetters(call.inputs.filter.tensor.shape.length - 2);
  const [before, after, windows] = ['x', 'y', 'w'].map((of) => axes.map((axis) => of + axis));
  const layout = (letters: string[], channel: string) =>
    isChannelsFirst(call) ? ['batch', channel, ...letters] : ['batch', ...letters, channel];
  const result = { letters: layout(after, 'o'), shape: call.outputs[0].shape };
  return expression(
    call,
    [
      { label: x, letters: layout(before, 'i') },
      { label: filter, letters: [...windows, ...channels] },
      ...present(call, ['bias', 'preluActivationWeights']).map(({ label }) => ({
        label: perChannel(call, label),
        letters: broadcastLetters(perChannel(call, label), result),
      })),
    ],
    result,
    {
      fixed: { ...reasons([...before, ...after], space), ...reasons(windows, window) },
      joinFresh: true,
    },
  );
}

/** Depthwise convolutions with filter [height, width, c, m]: output channel (c, m) is the m-th of input channel c. */
export const depthwise: KernelRule = (call) => {
  const [x, filter] = [call.inputs.x.label, call.inputs.filter.label];
  const { shape } = call.outputs[0];
  const [channels, multiplier] = filter.shape.slice(2);
  if (filter.fresh && [2, 3].every((axis) => isOwnAxis(filter, axis))) {
    joinAxes(call.constraints, filter, [2, 3]);
  }
  const first = isChannelsFirst(call);
  const [height, width] = first ? shape.slice(2) : shape.slice(1);
  const own = expression(
    call,
    [
      { label: x, letters: first ? ['n', 'c', 'h', 'w'] : ['n', 'h', 'w', 'c'] },
      { label: filter, letters: ['kh', 'kw', 'c', 'm'] },
    ],
    first
      ? {
          letters: ['n', 'c', 'm', 'y', 'x'],
          shape: [shape[0], channels, multiplier, height, width],
        }
      : {
          letters: ['n', 'y', 'x', 'c', 'm'],
          shape: [shape[0], height, width, channels, multiplier],
        },
    { fixed: { ...reasons(['h', 'w', 'y', 'x'], space), ...reasons(['kh', 'kw'], window) } },
  );
  const others = present(call, ['bias', 'preluActivationWeights']).map(({ label }) =>
    perChannel(call, label),
  );
  const flat = reshape(call.constraints, own, shape);
  return [others.length > 0 ? elementwise(call.constraints, [flat, ...others], shape) : flat];
};

/** Greyscale dilation: a maximum over the window for each channel. */
export const dilation: KernelRule = (call) => [
  expression(
    call,
    [
      { label: call.inputs.x.label, letters: ['n', 'h', 'w', 'c'] },
      { label: call.inputs.filter.label, letters: ['kh', 'kw', 'c'] },
    ],
    { letters: ['n', 'y', 'x', 'c'], shape: call.outputs[0].shape },
    { fixed: { ...reasons(['h', 'w', 'y', 'x'], space), ...reasons(['kh', 'kw'], window) } },
  ),
];

/** Pooling of x [batch, ...space, channels]. */
export const pooling: KernelRule = (call) => {
  const [{ label }] = call.list;
  const axes = label.shape.map((_, axis) => axis).slice(1, -1);
  return call.outputs.map(({ shape }) => renewed(call, label, axes, shape, space));
};

/** Operations on images [batch, height, width, channels] that treat each channel separately. */
export const image: KernelRule = (call) => {
  const { label } = call.inputs.images ?? call.inputs.image;
  for (const { label: other } of call.list) {
    if (other !== label) pinLabel(call.constraints, other, space);
  }
  // Crops and transforms may pick images. Rotations, flips and resizing keep the batch in order.
  const axes = /^(Crop|Transform)/.test(call.kernel) ? [0, 1, 2] : [1, 2];
  // A list of fill values has one for each channel.
  if (Array.isArray(call.attrs.fillValue)) axes.push(3);
  return [renewed(call, label, axes, call.outputs[0].shape, space)];
};

/** Moves of blocks of space to the batch, or back. */
export const spaceBatch: KernelRule = (call) => {
  const [{ label }] = call.list;
  const rank = (call.attrs.blockShape as readonly number[]).length;
  const axes = Array.from({ length: rank + 1 }, (_, axis) => axis);
  return [renewed(call, label, axes, call.outputs[0].shape, space)];
};

/** Moves of channels (block, block, c) to space: the blocks are fixed, c may move. */
export const depthToSpace: KernelRule = (call) => {
  const [{ label }] = call.list;
  const { shape } = call.outputs[0];
  const block = Number(call.attrs.blockSize);
  const axis = isChannelsFirst(call) ? 1 : 3;
  const digits = [block, block, label.shape[axis] / (block * block)];
  const split = reshape(call.constraints, label, label.shape.toSpliced(axis, 1, ...digits));
  const layout = (places: string[], ...channel: string[]) =>
    axis === 1 ? ['n', ...channel, ...places] : ['n', ...places, ...channel];
  return [
    expression(
      call,
      [{ label: split, letters: layout(['h', 'w'], 'p', 'q', 'c') }],
      { letters: layout(['y', 'x'], 'c'), shape },
      { fixed: reasons(['h', 'w', 'y', 'x', 'p', 'q'], space) },
    ),
  ];
};

/** The label of one value per channel, ready to broadcast: [c], or [c, 1, 1] if channels come first. */
function perChannel(call: LabelledCall, label: Label): Label {
  const spans = isChannelsFirst(call) && label.shape.length === 1;
  return spans
    ? makeLabel([label.shape[0], 1, 1], [label.fixed[0], null, null], label.bundles)
    : label;
}

function reasons(letters: readonly string[], why: string): Record<string, string> {
  return Object.fromEntries(letters.map((letter) => [letter, why]));
}

function isChannelsFirst({ attrs }: LabelledCall): boolean {
  return String(attrs.dataFormat ?? '').startsWith('NC');
}
