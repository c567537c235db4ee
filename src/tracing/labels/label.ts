import { sizeOf } from '../../params/internal';
import type { Constraints, Space } from './constraints';

/** A space over axes of a tensor. Position = row-major index over the axes. */
export interface Bundle {
  readonly space: Space;
  readonly axes: readonly number[];
}

/**
 * The effect of permutations on the axes of a tensor. An axis is in one bundle, fixed, or free of information: the
 * values are the same at every index (zeros, axes of one position).
 */
export interface Label {
  readonly shape: readonly number[];
  /** The reason why each axis is fixed; null if it is not. */
  readonly fixed: readonly (string | null)[];
  /** The bundles. No two share an axis. */
  bundles: readonly Bundle[];
  /**
   * True for a parameter before its first use. Each of its axes has a space of its own; the first use may join them
   * to one space. Tensors computed from it elementwise share its label.
   */
  fresh: boolean;
  /**
   * For values that are positions of an axis that may be permuted: the label of their one-hot code, whose last axis
   * is that axis. The values change as the axis is permuted.
   */
  readonly oneHot?: Label;
}

/** A label of these parts. Axes of one position are free. */
export function makeLabel(
  shape: readonly number[],
  fixed: readonly (string | null)[],
  bundles: readonly Bundle[],
): Label {
  const kept = bundles
    .map(({ space, axes }) => ({ space, axes: axes.filter((axis) => shape[axis] !== 1) }))
    .filter(({ axes }) => axes.length > 0);
  const bundled = new Set(kept.flatMap(({ axes }) => axes));
  return {
    shape: [...shape],
    fixed: shape.map((size, axis) => (size === 1 || bundled.has(axis) ? null : fixed[axis])),
    bundles: kept,
    fresh: false,
  };
}

/** The label of a tensor with all axes fixed. */
export function fixedLabel(shape: readonly number[], why: string): Label {
  return makeLabel(
    shape,
    shape.map(() => why),
    [],
  );
}

/** The label of a tensor with all axes free of information. */
export function freeLabel(shape: readonly number[]): Label {
  return makeLabel(
    shape,
    shape.map(() => null),
    [],
  );
}

/** The label of a parameter before its first use, with a space for each axis. */
export function parameterLabel(constraints: Constraints, shape: readonly number[]): Label {
  const bundles = shape.map((size, axis) => ({ space: constraints.space(size), axes: [axis] }));
  const label = makeLabel(
    shape,
    shape.map(() => null),
    bundles,
  );
  label.fresh = true;
  return label;
}

/** True if the values are the same at every index of the axis. */
export function isFree(label: Label, axis: number): boolean {
  return label.fixed[axis] === null && !label.bundles.some(({ axes }) => axes.includes(axis));
}

/** True if an axis of an unused parameter still has a space of its own. */
export function isOwnAxis(label: Label, axis: number): boolean {
  return label.bundles.some(({ axes }) => axes.length === 1 && axes[0] === axis);
}

/** Joins axes of an unused parameter to one space. */
export function joinAxes(constraints: Constraints, label: Label, axes: readonly number[]): void {
  label.bundles = [
    ...label.bundles.filter((bundle) => !axes.includes(bundle.axes[0])),
    { space: constraints.space(sizeOf(axes.map((axis) => label.shape[axis]))), axes: [...axes] },
  ];
}

/** Pins all spaces of a label, and those of its one-hot code. */
export function pinLabel(constraints: Constraints, label: Label, why: string): void {
  for (const { space } of label.bundles) constraints.pin(space, why);
  if (label.oneHot) pinLabel(constraints, label.oneHot, why);
  label.fresh = false;
}

/** The label of the axes in `kept`, in this order. The other axes must be free of information. */
export function pickAxes(label: Label, kept: readonly number[]): Label {
  return makeLabel(
    kept.map((axis) => label.shape[axis]),
    kept.map((axis) => label.fixed[axis]),
    label.bundles.map(({ space, axes }) => ({
      space,
      axes: axes.filter((axis) => label.shape[axis] !== 1).map((axis) => kept.indexOf(axis)),
    })),
  );
}
