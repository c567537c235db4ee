import { sizeOf } from '../params/internal';
import type { AxisSpec } from './axisSpec';

/**
 * A parameter with those of its axes taken together on which units stand that are told by several of
 * them: the heads and inner units of a kernel `e h d[h]`, of shape [E, H, D], are the one axis of size H·D
 * of its view, of shape [E, H·D]. Most parameters are their own view.
 */
export interface ParameterView {
  /** For each axis of the view the axes of the tensor that it is the row-major product of. */
  readonly axes: readonly (readonly number[])[];
  /** The shape of the view. */
  readonly shape: readonly number[];
}

/** The view whose axes are those of the tensor, but for each of these lists taken together. */
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

/** True if a view keeps the values in the order in which they are stored. */
export function keepsOrder({ axes }: ParameterView): boolean {
  return axes.flat().every((axis, i) => axis === i);
}

/** The lists of axes of a parameter that must be taken together; the view has each at its first axis. */
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
