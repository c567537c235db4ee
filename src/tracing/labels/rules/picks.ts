import { sizeOf, stridesOf } from '../../../params/internal';
import { type Constraints, rootOf, type Space } from '../constraints';
import { type IndexMap, listedMap, mapKey, stridedMap } from '../indexMap';
import { isFree, type Label, makeLabel } from '../label';

/** The positions of an axis that a result takes, in order; −1 for padding. Null for all positions. */
export type Pick = Int32Array | null;

/** The label of a tensor made of the given positions of each axis. */
export function picked(constraints: Constraints, label: Label, picks: readonly Pick[]): Label {
  label.fresh = false;
  const taken = picks.map((pick, axis) => (isWhole(pick, label.shape[axis]) ? null : pick));
  const shape = label.shape.map((size, axis) => taken[axis]?.length ?? size);
  const fixed = label.shape.map((_, axis) =>
    isFree(label, axis) && taken[axis]?.some((position) => position < 0)
      ? 'it meets padding'
      : label.fixed[axis],
  );
  const bundles = label.bundles.map(({ space, axes }) => {
    if (axes.every((axis) => taken[axis] === null)) return { space, axes };
    const own = axes.map((axis) => label.shape[axis]);
    return {
      space: pickedSpace(
        constraints,
        space,
        own,
        axes.map((axis) => taken[axis]),
      ),
      axes,
    };
  });
  return makeLabel(shape, fixed, bundles);
}

/** The space of positions taken from a space over digits of these sizes. */
function pickedSpace(
  constraints: Constraints,
  space: Space,
  sizes: readonly number[],
  picks: readonly Pick[],
): Space {
  const counts = sizes.map((size, k) => picks[k]?.length ?? size);
  const filled = picks.some((pick) => pick?.some((position) => position < 0));
  const map = filled ? null : digitPickMap(sizes, picks);
  const injection = filled ? placement(sizes, counts, picks) : null;
  const root = rootOf(space);
  const key = map ? mapKey(map) : injection ? `into ${mapKey(injection)}` : 'none';
  return constraints.once(`pick ${root.id} [${counts}] ${key}`, () => {
    const made = constraints.space(sizeOf(counts));
    if (map) constraints.relate(made, root, map);
    else if (injection) constraints.relate(root, made, injection);
    else {
      constraints.pin(root, 'it meets padding');
      made.fixed = 'it meets padding';
    }
    return made;
  });
}

/** The map from each position taken to its origin. */
function digitPickMap(sizes: readonly number[], picks: readonly Pick[]): IndexMap {
  const strides = stridesOf(sizes);
  const steps = picks.map((pick) => (pick ? constantStep(pick) : 1));
  if (steps.every((step) => step !== null)) {
    return stridedMap(
      sizes.map((size, k) => picks[k]?.length ?? size),
      strides.map((stride, k) => stride * steps[k]!),
      strides.reduce((offset, stride, k) => offset + stride * (picks[k]?.[0] ?? 0), 0),
    );
  }
  let positions: number[] = [0];
  for (const [k, size] of sizes.entries()) {
    const taken = picks[k] ?? range(0, size);
    positions = positions.flatMap((start) =>
      Array.from(taken, (each) => start + each * strides[k]),
    );
  }
  return listedMap(Int32Array.from(positions));
}

/** The map from each position to its place in the result; null unless each has one place. */
function placement(
  sizes: readonly number[],
  counts: readonly number[],
  picks: readonly Pick[],
): IndexMap | null {
  const starts = picks.map((pick) => (pick ? pick.indexOf(0) : 0));
  const whole = picks.every(
    (pick, k) =>
      !pick ||
      (pick.filter((position) => position >= 0).length === sizes[k] &&
        range(0, sizes[k]).every((position) => pick[starts[k] + position] === position)),
  );
  if (!whole) return null;
  const strides = stridesOf(counts);
  const offset = strides.reduce((sum, stride, k) => sum + stride * starts[k], 0);
  return stridedMap(sizes, strides, offset);
}

/** The difference of consecutive values; null if it is not constant. */
function constantStep(pick: Int32Array): number | null {
  if (pick.length < 2) return 1;
  const step = pick[1] - pick[0];
  return pick.every((position, i) => position === pick[0] + i * step) ? step : null;
}

function isWhole(pick: Pick, size: number): boolean {
  return pick === null || (pick.length === size && pick.every((position, i) => position === i));
}

/** The values first, first + step, …, `count` in all. */
export function range(first: number, count: number, step = 1): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => first + i * step);
}

/** A pick on one axis, with all positions of the others. */
export function onAxis({ shape }: Label, axis: number, pick: Int32Array): Pick[] {
  return shape.map((_, each) => (each === axis ? pick : null));
}
