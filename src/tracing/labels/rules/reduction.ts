import type { Label } from '../label';
import { reshape } from './reshape';
import {
  axesOf,
  axisLetters,
  axisOf,
  expression,
  type KernelRule,
  type LabelledCall,
} from './rule';

/** A symmetric function of the values along some axes: sum, mean, maximum …. */
export const reduction: KernelRule = (call) => {
  const [{ label }] = call.list;
  const axes = axesOf(call.attrs.reductionIndices ?? call.attrs.axis, label.shape.length);
  return [reshape(call.constraints, reduced(call, label, axes), call.outputs[0].shape)];
};

/** The position of the greatest or smallest value: the axis is counted, so it is fixed. */
export const argument: KernelRule = (call) => {
  const [{ label }] = call.list;
  const axes = axesOf(call.attrs.axis, label.shape.length);
  const result = reduced(call, label, axes, `${call.kernel} counts its positions`);
  return [reshape(call.constraints, result, call.outputs[0].shape)];
};

/** The greatest values and where they are: the last axis is counted. */
export const topK: KernelRule = (call) => {
  const [{ label }] = call.list;
  const last = label.shape.length - 1;
  const why = `${call.kernel} counts its positions`;
  return call.outputs.map(({ shape }) => renewed(call, label, [last], shape, why));
};

/** A function of the order along one axis. */
export const ordered: KernelRule = (call) => {
  const [{ label }] = call.list;
  const axis = call.kernel === 'LRN' ? 3 : axisOf(call.attrs.axis, label.shape.length);
  return [renewed(call, label, [axis], label.shape, `${call.kernel} depends on its order`)];
};

/** The label with some axes taken together; with a reason, they are fixed. */
function reduced(call: LabelledCall, label: Label, axes: readonly number[], why?: string): Label {
  const letters = axisLetters(label.shape.length);
  const kept = letters.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  return expression(
    call,
    [{ label, letters }],
    { letters: kept.map((axis) => letters[axis]), shape: kept.map((axis) => label.shape[axis]) },
    {
      fixed: why === undefined ? {} : Object.fromEntries(axes.map((axis) => [letters[axis], why])),
    },
  );
}

/** The label with some axes replaced by other ones, both fixed. */
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
