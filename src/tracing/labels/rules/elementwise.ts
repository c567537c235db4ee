import type { Constraints } from '../constraints';
import { freeLabel, isFree, type Label, makeLabel } from '../label';
import { combine } from './combine';
import { project } from './letterBundle';
import { axisLetters, broadcastLetters, type KernelRule, present } from './rule';

/** Elementwise functions of one tensor: the result has its label. */
export const unary: KernelRule = ({ list: [{ label }], outputs }) => [
  withShape(label, outputs[0].shape),
];

/** Elementwise functions of several tensors, with broadcasting. */
export const broadcast: KernelRule = ({ constraints, list, outputs }) => [
  elementwise(
    constraints,
    list.map(({ label }) => label),
    outputs[0].shape,
  ),
];

/** Results that depend on the shape alone. */
export const shapeOnly: KernelRule = ({ outputs }) => outputs.map(({ shape }) => freeLabel(shape));

/** A selection by condition. A condition of rank 1 selects rows; any other is broadcast. */
export const select: KernelRule = (call) => {
  const [{ label: condition }, yes, no] = present(call, ['condition', 't', 'e']);
  const { shape } = call.outputs[0];
  const ones = shape.slice(1).map(() => 1);
  const rows =
    condition.shape.length === 1 && shape.length > 1
      ? makeLabel(
          [...condition.shape, ...ones],
          [...condition.fixed, ...ones.map(() => null)],
          condition.bundles,
        )
      : condition;
  return [elementwise(call.constraints, [rows, yes.label, no.label], shape)];
};

/** Batch normalisation of x [..., channels]. */
export const batchNorm: KernelRule = (call) => [
  elementwise(
    call.constraints,
    present(call, ['x', 'scale', 'offset', 'mean', 'variance']).map(({ label }) => label),
    call.outputs[0].shape,
  ),
];

/**
 * Softmax along the last axis. If that axis moves inside the units of other axes, each sum belongs to one such unit,
 * so these units move as wholes.
 */
export const softmax: KernelRule = ({ constraints, list: [{ label }], outputs }) => {
  const last = label.shape.length - 1;
  const letters = axisLetters(label.shape.length);
  for (const { space, axes } of label.bundles) {
    if (!axes.includes(last) || axes.length === 1) continue;
    const bundle = {
      space,
      letters: axes.map((axis) => letters[axis]),
      sizes: axes.map((axis) => label.shape[axis]),
    };
    project(
      constraints,
      bundle,
      bundle.letters.filter((letter) => letter !== letters[last]),
    );
  }
  return [withShape(label, outputs[0].shape)];
};

/** The label of an elementwise function of several labels. */
export function elementwise(
  constraints: Constraints,
  labels: readonly Label[],
  shape: readonly number[],
): Label {
  const telling = labels.filter((label) => label.shape.some((_, axis) => !isFree(label, axis)));
  if (telling.length === 1 && telling[0].shape.join() === shape.join()) return telling[0];
  const result = { letters: axisLetters(shape.length), shape };
  const operands = labels.map((label) => ({ label, letters: broadcastLetters(label, result) }));
  return combine(constraints, operands, result);
}

/** The label for another shape. For the same shape it is the same object, so an unused parameter stays unused. */
function withShape(label: Label, shape: readonly number[]): Label {
  return label.shape.join() === shape.join() ? label : makeLabel(shape, label.fixed, label.bundles);
}
