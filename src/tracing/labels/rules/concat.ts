import { sizeOf, stridesOf } from '../../../params/internal';
import type { Constraints, Space } from '../constraints';
import { stridedMap } from '../indexMap';
import { isFree, type Label, makeLabel } from '../label';
import { elementwise } from './elementwise';
import { type LetterBundle, project } from './letterBundle';
import { onAxis, picked, range } from './picks';
import { axisOf, type KernelRule, type LabelledTensor } from './rule';

/** A concatenation along an axis. A tensor that is in it several times is picked several times from one segment. */
export const concat: KernelRule = ({ constraints, list, attrs }) => {
  const axis = axisOf(attrs.axis, list[0].label.shape.length);
  const different = withoutCopies(list);
  const whole = joined(
    constraints,
    different.map(({ label }) => label),
    axis,
  );
  if (different.length === list.length) return [whole];
  const sizes = different.map(({ label }) => label.shape[axis]);
  const picks = list.flatMap(({ tensor }) => {
    const at = different.findIndex((each) => each.tensor === tensor);
    const first = sizes.slice(0, at).reduce((sum, size) => sum + size, 0);
    return Array.from(range(first, sizes[at]));
  });
  return [picked(constraints, whole, onAxis(whole, axis, Int32Array.from(picks)))];
};

/** The inputs, each tensor once. */
export function withoutCopies(list: readonly LabelledTensor[]): readonly LabelledTensor[] {
  return list.filter(({ tensor }, i) => list.findIndex((each) => each.tensor === tensor) === i);
}

/** The label of a concatenation. The segments are parts of one space. */
export function joined(constraints: Constraints, labels: readonly Label[], axis: number): Label {
  for (const label of labels) label.fresh = false;
  if (labels.length === 1) return labels[0];
  const shape = labels[0].shape.with(
    axis,
    labels.reduce((size, label) => size + label.shape[axis], 0),
  );
  const parts = alignDigits(constraints, labels, axis);
  const across = elementwise(
    constraints,
    parts.map((label) => withoutAxis(label, axis)),
    shape.with(axis, 1),
  );
  const own = parts.map(({ bundles }) => bundles.find(({ axes }) => axes.includes(axis)));
  const whys = parts.map((label) => label.fixed[axis]);
  if (own.every((bundle) => !bundle) && parts.every((label) => !movesWithin(label, axis))) {
    const why =
      whys.find((each) => each !== null) ?? 'it meets a concatenation of single positions';
    return makeLabel(shape, across.fixed.with(axis, why), across.bundles);
  }
  const axes = own.find((bundle) => bundle)?.axes ?? [axis];
  const sizes = axes.map((each) => shape[each]);
  const strides = stridesOf(sizes);
  const whole = constraints.space(sizeOf(sizes));
  let first = 0;
  for (const [i, { shape: part }] of parts.entries()) {
    const digits = axes.map((each) => part[each]);
    const map = stridedMap(digits, strides, first * strides[axes.indexOf(axis)]);
    constraints.relate(own[i]?.space ?? segment(constraints, parts[i], axis, digits), whole, map);
    first += part[axis];
  }
  return makeLabel(shape, across.fixed, [...across.bundles, { space: whole, axes }]);
}

/** The space of a segment without a bundle: fixed, or of positions that are all alike. */
function segment(
  constraints: Constraints,
  label: Label,
  axis: number,
  digits: readonly number[],
): Space {
  const size = sizeOf(digits);
  if (movesWithin(label, axis)) return constraints.space(size);
  return constraints.fixedSpace(size, label.fixed[axis] ?? 'it meets a single position');
}

/** True if the axis is free of information and has several positions. */
function movesWithin(label: Label, axis: number): boolean {
  return label.shape[axis] > 1 && isFree(label, axis);
}

/**
 * The labels with comparable bundles on the axis. If bundles over several axes differ between labels, they are split
 * into one bundle for each axis.
 */
function alignDigits(
  constraints: Constraints,
  labels: readonly Label[],
  axis: number,
): readonly Label[] {
  const laid = labels.map(({ bundles }) => bundles.find(({ axes }) => axes.includes(axis))?.axes);
  if (laid.every((axes) => axes === undefined || axes.length === 1)) return labels;
  if (laid.every((axes) => axes?.join() === laid[0]?.join())) return labels;
  return labels.map((label) => {
    const bundles = label.bundles.flatMap(({ space, axes: own }) => {
      if (own.length === 1 || !own.includes(axis)) return [{ space, axes: own }];
      const letters = own.map(String);
      const bundle: LetterBundle = { space, letters, sizes: own.map((each) => label.shape[each]) };
      return own.map((each) => ({
        space: project(constraints, bundle, [String(each)]).space,
        axes: [each],
      }));
    });
    return makeLabel(label.shape, label.fixed, bundles);
  });
}

function withoutAxis({ shape, fixed, bundles }: Label, axis: number): Label {
  return makeLabel(
    shape.with(axis, 1),
    fixed,
    bundles.filter(({ axes }) => !axes.includes(axis)),
  );
}
