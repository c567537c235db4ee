import { sizeOf } from '../../../params/internal';
import { type Constraints, rootOf, type Space } from '../constraints';
import { digitMap, stridedMap } from '../indexMap';
import { type Bundle, isFree, type Label, makeLabel } from '../label';
import { joined, withoutCopies } from './concat';
import { onAxis, picked } from './picks';
import { axisOf, type KernelRule } from './rule';

/**
 * Tensors stacked along a new axis. A tensor that is in it several times is picked several times from one position.
 */
export const stack: KernelRule = ({ constraints, list, attrs }) => {
  const axis = axisOf(attrs.axis, list[0].label.shape.length + 1);
  const different = withoutCopies(list);
  const stacked = stackLabels(
    constraints,
    different.map(({ label }) => label),
    axis,
  );
  if (different.length === list.length) return [stacked];
  const picks = Int32Array.from(list, ({ tensor }) =>
    different.findIndex((each) => each.tensor === tensor),
  );
  return [picked(constraints, stacked, onAxis(stacked, axis, picks))];
};

/**
 * The label of tensors stacked along a new axis. Axes that move alike in all of them move so in the result. Axes that
 * move differently in each move separately at each position of the new axis.
 */
function stackLabels(constraints: Constraints, list: readonly Label[], axis: number): Label {
  for (const label of list) label.fresh = false;
  const labels = list.map((label) => withNewAxis(label, axis));
  const own = ownAxes(labels);
  const across = joined(
    constraints,
    labels.map((label) => withoutAxes(label, own)),
    axis,
  );
  const shape = labels[0].shape.with(axis, labels.length);
  if (own.length === 0) return makeLabel(shape, across.fixed, across.bundles);
  const whole = constraints.space(sizeOf([axis, ...own].map((each) => shape[each])));
  for (const [i, label] of labels.entries()) {
    const part = partOver(constraints, label, own);
    constraints.relate(part, whole, stridedMap([part.size], [1], i * part.size));
  }
  const bundle = { space: whole, axes: [axis, ...own] };
  return makeLabel(shape, across.fixed, [...across.bundles, bundle]);
}

function withNewAxis({ shape, fixed, bundles }: Label, axis: number): Label {
  return makeLabel(
    shape.toSpliced(axis, 0, 1),
    fixed.toSpliced(axis, 0, null),
    bundles.map(({ space, axes }) => ({
      space,
      axes: axes.map((each) => (each >= axis ? each + 1 : each)),
    })),
  );
}

/** The axes, ascending, on which labels have different spaces. Labels that are free there do not matter. */
function ownAxes(labels: readonly Label[]): number[] {
  const keyOf = ({ space, axes }: Bundle) => `${rootOf(space).id} ${axes}`;
  const isCommon = (bundle: Bundle) =>
    labels.every(
      (label) =>
        label.bundles.some((each) => keyOf(each) === keyOf(bundle)) ||
        bundle.axes.every((axis) => isFree(label, axis)),
    );
  const own = labels.flatMap(({ bundles }) =>
    bundles.filter((bundle) => !isCommon(bundle)).flatMap(({ axes }) => axes),
  );
  return [...new Set(own)].sort((a, b) => a - b);
}

/** One space over all of `axes`. No bundle of the label has some of them together with other axes. */
function partOver(constraints: Constraints, label: Label, axes: readonly number[]): Space {
  const parts = label.bundles.filter((bundle) => axes.includes(bundle.axes[0]));
  if (parts.length === 1 && parts[0].axes.join() === axes.join()) return parts[0].space;
  const sizes = axes.map((axis) => label.shape[axis]);
  const space = constraints.space(sizeOf(sizes));
  const project = (part: Space, own: readonly number[]) =>
    constraints.relate(
      space,
      part,
      digitMap(
        sizes,
        own.map((axis) => axes.indexOf(axis)),
      ),
    );
  for (const { space: part, axes: own } of parts) project(part, own);
  for (const axis of axes) {
    const why = label.fixed[axis];
    if (why !== null) project(constraints.fixedSpace(label.shape[axis], why), [axis]);
  }
  return space;
}

function withoutAxes({ shape, fixed, bundles }: Label, axes: readonly number[]): Label {
  return makeLabel(
    shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
    fixed,
    bundles.filter((bundle) => !axes.includes(bundle.axes[0])),
  );
}
