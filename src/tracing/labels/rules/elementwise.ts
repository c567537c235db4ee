import type { Constraints } from '../constraints';
import { freeLabel, isFree, type Label, makeLabel } from '../label';
import { combine } from './combine';
import { project } from './letterBundle';
import { axisLetters, broadcastLetters, type KernelRule, present } from './rule';

/** The result has the label of the first input, value by value. */
export const unary: KernelRule = ({ list: [{ label }], outputs }) => [
  withShape(label, outputs[0].shape),
];

/** Inputs broadcast against each other, value by value. */
export const broadcast: KernelRule = ({ constraints, list, outputs }) => [
  elementwise(
    constraints,
    list.map(({ label }) => label),
    outputs[0].shape,
  ),
];

/** Values that depend on nothing but the shape. */
export const shapeOnly: KernelRule = ({ outputs }) => outputs.map(({ shape }) => freeLabel(shape));

/** A condition of one axis chooses among the rows; any other is broadcast. */
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

/** Batch normalisation: the channels last. */
export const batchNorm: KernelRule = (call) => [
  elementwise(
    call.constraints,
    present(call, ['x', 'scale', 'offset', 'mean', 'variance']).map(({ label }) => label),
    call.outputs[0].shape,
  ),
];

/**
 * Normalises along the last axis. Where that axis moves inside the units of others, each sum is of
 * one such unit, so that these move by themselves.
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

/** The label of labels combined value by value. */
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

/** The same label where the shape is the same, so that an unused parameter stays one. */
function withShape(label: Label, shape: readonly number[]): Label {
  return label.shape.join() === shape.join() ? label : makeLabel(shape, label.fixed, label.bundles);
}
