import { sizeOf } from '../params/internal';
import type { AxisSpec } from './axisSpec';

/**
 * A parameter with some of its axes joined: those whose indices together select a unit of a fibred group. The view
 * of a kernel `e h d[h]`, of shape [E, H, D], has shape [E, H·D]. Most parameters are their own view.
 */
export interface ParameterView {
  /** For each axis of the view the axes of the tensor whose row-major product it is. */
  readonly axes: readonly (readonly number[])[];
  /** The shape of the view. */
  readonly shape: readonly number[];
}

/** The view that joins the axes of each list and keeps every other axis of the tensor. */
export function viewWith(
  shape: readonly number[],
  together: readonly (readonly number[])[],
): ParameterView {
  const axes = shape.flatMap((_, axis) => {
    const list = together.find((each) => each.includes(axis));
    if (!list) return [[axis]];
    return list[0] === axis ? [list] : [];
  });
  return {
    axes,
    shape: axes.map((list) => sizeOf(list.map((axis) => shape[axis]))),
  };
}

/** True if a tensor is its own view. */
export function isOwnView({ axes }: ParameterView): boolean {
  return axes.every((list) => list.length === 1);
}

/** True if the values of a view are in the same order as those of the tensor. */
export function keepsOrder({ axes }: ParameterView): boolean {
  return axes.flat().every((axis, i) => axis === i);
}

/** The lists of axes of a parameter to join. The view has each joined axis at the first axis of its list. */
export function axesTogether(
  axes: readonly AxisSpec[],
  links: readonly (readonly [number, number])[],
): number[][] {
  const lists = axes.flatMap((axis) =>
    axis.kind === 'entries' && axis.axes && axis.axes.length > 1 ? [[...axis.axes]] : [],
  );
  const joined: number[][] = [];
  for (const [one, other] of links) {
    const touching = joined.filter((list) => list.includes(one) || list.includes(other));
    const list = [...new Set([one, other, ...touching.flat()])].sort((x, y) => x - y);
    joined.splice(0, joined.length, ...joined.filter((each) => !touching.includes(each)), list);
  }
  return [...lists, ...joined];
}
