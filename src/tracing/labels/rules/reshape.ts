import { sizeOf } from '../../../params/internal';
import type { Constraints, Space } from '../constraints';
import { digitMap } from '../indexMap';
import { isOwnAxis, joinAxes, type Label, makeLabel } from '../label';
import { matchingBlocks } from './matchingBlocks';

/**
 * The label of a reshaped tensor. If an axis is split, its space lies over the parts. If axes are merged, they get a
 * new space, and each part is a projection of it.
 */
export function reshape(constraints: Constraints, label: Label, shape: readonly number[]): Label {
  if (label.shape.join() === shape.join()) return label;
  const blocks = matchingBlocks(label.shape, shape);
  if (label.fresh) {
    label.fresh = false;
    for (const { from } of blocks) {
      if (from.length > 1 && from.every((axis) => isOwnAxis(label, axis))) {
        joinAxes(constraints, label, from);
      }
    }
  }
  const fixed: (string | null)[] = shape.map(() => null);
  let bundles: DigitBundle[] = label.bundles.map(({ space, axes }) => ({
    space,
    digits: axes.map((axis) => ({ size: label.shape[axis], from: axis, to: null })),
  }));
  for (const { from, to } of blocks) {
    const touched = bundles.filter(({ digits }) =>
      digits.some((digit) => from.includes(digit.from!)),
    );
    if (touched.length === 0) {
      const why = from.map((axis) => label.fixed[axis]).find((each) => each !== null) ?? null;
      for (const axis of to) fixed[axis] = why;
      continue;
    }
    const merged =
      touched.length === 1 && runOfDigits(touched[0], from) >= 0
        ? touched[0]
        : merge(constraints, label, from, touched);
    const start = runOfDigits(merged, from);
    const digits = [
      ...merged.digits.slice(0, start),
      ...to.map((axis) => ({ size: shape[axis], from: null, to: axis })),
      ...merged.digits.slice(start + from.length),
    ];
    bundles = [
      ...bundles.filter((each) => !touched.includes(each)),
      { space: merged.space, digits },
    ];
  }
  return makeLabel(
    shape,
    fixed,
    bundles.map(({ space, digits }) => ({ space, axes: digits.map(({ to }) => to!) })),
  );
}

/** A bundle between two shapes: its digits are axes of the old shape or of the new one. */
interface DigitBundle {
  readonly space: Space;
  readonly digits: readonly Digit[];
}

interface Digit {
  readonly size: number;
  /** The axis of the old shape, or null. */
  readonly from: number | null;
  /** The axis of the new shape, or null. */
  readonly to: number | null;
}

/** The index at which the axes begin in a bundle, if they are consecutive digits of it; else −1. */
function runOfDigits({ digits }: DigitBundle, axes: readonly number[]): number {
  const start = digits.findIndex(({ from }) => from === axes[0]);
  const run = axes.every((axis, k) => digits[start + k]?.from === axis);
  return start >= 0 && run ? start : -1;
}

/** One space for all bundles that contain the axes: the digits of the axes first, then the other digits. */
function merge(
  constraints: Constraints,
  label: Label,
  axes: readonly number[],
  touched: readonly DigitBundle[],
): DigitBundle {
  const rest = touched.flatMap(({ digits }) =>
    digits.filter(({ from }) => from === null || !axes.includes(from)),
  );
  const own = axes.map(
    (axis) =>
      touched.flatMap(({ digits }) => digits).find(({ from }) => from === axis) ?? {
        size: label.shape[axis],
        from: axis,
        to: null,
      },
  );
  const digits = [...own, ...rest];
  const sizes = digits.map(({ size }) => size);
  const space = constraints.space(sizeOf(sizes));
  for (const part of touched) {
    const onto = part.digits.map((digit) => digits.indexOf(digit));
    constraints.relate(space, part.space, digitMap(sizes, onto));
  }
  for (const [k, axis] of axes.entries()) {
    const why = label.fixed[axis];
    if (why === null || !isFreeOfBundles(touched, axis)) continue;
    constraints.relate(space, constraints.fixedSpace(label.shape[axis], why), digitMap(sizes, [k]));
  }
  return { space, digits };
}

function isFreeOfBundles(bundles: readonly DigitBundle[], axis: number): boolean {
  return !bundles.some(({ digits }) => digits.some(({ from }) => from === axis));
}
