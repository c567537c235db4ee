import { isFree, type Label, pickAxes } from '../label';
import { reshape } from './reshape';
import {
  axesOf,
  axisLetters,
  axisOf,
  expression,
  type KernelRule,
  type LabelledCall,
} from './rule';

/** Symmetric functions of the values along some axes, such as sum, mean and maximum. */
export const reduction: KernelRule = (call) => {
  const [{ label }] = call.list;
  const axes = axesOf(call.attrs.reductionIndices ?? call.attrs.axis, label.shape.length);
  return [reshape(call.constraints, reduced(call, label, axes), call.outputs[0].shape)];
};

/** The position of the greatest or smallest value. It moves with the axis. */
export const argument: KernelRule = (call) => {
  const [{ label }] = call.list;
  const [axis] = axesOf(call.attrs.axis, label.shape.length);
  const kept = label.shape.map((_, each) => each).filter((each) => each !== axis);
  const result = reduced(call, label, [axis]);
  // All values are equal: the result is position 0.
  if (isFree(label, axis)) return [result];
  return [{ ...result, oneHot: pickAxes(label, [...kept, axis]) }];
};

/** The greatest values in descending order and their positions. The positions move with the axis. */
export const topK: KernelRule = (call) => {
  const [{ label }] = call.list;
  const letters = axisLetters(label.shape.length);
  const [k, last] = [call.outputs[0].shape.at(-1)!, label.shape.length - 1];
  const ranked = (after: readonly string[], shape: readonly number[]) =>
    expression(
      call,
      [{ label, letters }],
      { letters: [...letters.slice(0, last), 'rank', ...after], shape },
      { fixed: { rank: `${call.kernel} puts values in their order` } },
    );
  const [values, positions] = call.outputs.map(({ shape }) => ranked([], shape));
  if (isFree(label, last)) return [values, positions];
  const shape = [...label.shape.slice(0, last), k, label.shape[last]];
  return [values, { ...positions, oneHot: ranked([letters[last]], shape) }];
};

/** Functions that depend on the order along one axis. Fourier transforms run along the last. */
export const ordered: KernelRule = (call) => {
  const [{ label }] = call.list;
  const last = label.shape.length - 1;
  const axis = /^(LRN|I?FFT)$/.test(call.kernel) ? last : axisOf(call.attrs.axis, last + 1);
  return [renewed(call, label, [axis], label.shape, `${call.kernel} depends on its order`)];
};

/** The label with some axes reduced. */
function reduced(call: LabelledCall, label: Label, axes: readonly number[]): Label {
  const letters = axisLetters(label.shape.length);
  const kept = letters.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  return expression(call, [{ label, letters }], {
    letters: kept.map((axis) => letters[axis]),
    shape: kept.map((axis) => label.shape[axis]),
  });
}

/** The label with some axes replaced by new ones. Both the old and the new axes are fixed. */
export function renewed(
  call: LabelledCall,
  label: Label,
  axes: readonly number[],
  shape: readonly number[],
  why: string,
): Label {
  const letters = axisLetters(label.shape.length);
  const renamed = letters.map((letter, axis) => (axes.includes(axis) ? `new ${letter}` : letter));
  const fixed = axes.flatMap((axis) => [
    [letters[axis], why],
    [renamed[axis], why],
  ]);
  return expression(
    call,
    [{ label, letters }],
    { letters: renamed, shape },
    {
      fixed: Object.fromEntries(fixed),
    },
  );
}
