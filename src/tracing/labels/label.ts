import { sizeOf } from '../../params/internal';
import type { Constraints, Space } from './constraints';

/** A space laid over axes of a tensor: its positions are theirs in row-major order. */
export interface Bundle {
  readonly space: Space;
  readonly axes: readonly number[];
}

/**
 * What permutations do to the axes of a tensor. An axis is in one bundle, fixed, or free of
 * information: the values are the same at every index (zeros, axes of one position).
 */
export interface Label {
  readonly shape: readonly number[];
  /** Why an axis is fixed; null where it is not. */
  readonly fixed: readonly (string | null)[];
  /** No two share an axis. */
  bundles: readonly Bundle[];
  /**
   * Whether it is an unused parameter, whose axes, a space each, may still be joined to one space: what
   * it meets first decides. Tensors computed from it one by one value share its label.
   */
  fresh: boolean;
  /**
   * Where the values are positions of an axis that may be permuted: the label of their one-hot code,
   * whose last axis is that one. The values then change as the axis is permuted.
   */
  readonly oneHot?: Label;
}

/** The label of these parts; axes of one position carry no information. */
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

/** No axis moves. */
export function fixedLabel(shape: readonly number[], why: string): Label {
  return makeLabel(
    shape,
    shape.map(() => why),
    [],
  );
}

/** No axis carries information. */
export function freeLabel(shape: readonly number[]): Label {
  return makeLabel(
    shape,
    shape.map(() => null),
    [],
  );
}

/** The label of a parameter before its first use: each axis may move by itself. */
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

/** Whether the values are the same at every index of the axis. */
export function isFree(label: Label, axis: number): boolean {
  return label.fixed[axis] === null && !label.bundles.some(({ axes }) => axes.includes(axis));
}

/** Whether an unused parameter still has a space of its own on the axis. */
export function isOwnAxis(label: Label, axis: number): boolean {
  return label.bundles.some(({ axes }) => axes.length === 1 && axes[0] === axis);
}

/** Makes axes of an unused parameter one space. */
export function joinAxes(constraints: Constraints, label: Label, axes: readonly number[]): void {
  label.bundles = [
    ...label.bundles.filter((bundle) => !axes.includes(bundle.axes[0])),
    { space: constraints.space(sizeOf(axes.map((axis) => label.shape[axis]))), axes: [...axes] },
  ];
}

/** Pins all that moves in a label, also what its values are positions of. */
export function pinLabel(constraints: Constraints, label: Label, why: string): void {
  for (const { space } of label.bundles) constraints.pin(space, why);
  if (label.oneHot) pinLabel(constraints, label.oneHot, why);
  label.fresh = false;
}

/** Keeps these of the axes, in this order; the others must carry no information. */
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
