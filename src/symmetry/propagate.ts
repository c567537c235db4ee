import { listsBy } from '../params/internal';
import type { SizeTable } from './axisSize';
import type { AxisSpec } from './axisSpec';
import { leavesOfAxis } from './groupsOfParams';

/**
 * Adds the sizes of groups that axes determine, in turns: in each turn by the axes that the turns before it have made
 * ready, in their order. An axis is ready if the groups on it have known sizes but for one, or all if it has a `_`.
 *
 * @param learn - Adds the sizes that an axis determines to `sizes`, and returns their groups.
 * @returns The axes that never were ready, in their order.
 */
export function propagate<Axis extends { readonly axis: AxisSpec }>(
  axes: readonly Axis[],
  sizes: SizeTable,
  learn: (axis: Axis) => readonly string[],
): Axis[] {
  const all = axes.map((axis, order) => waitingAxis(axis, order, sizes));
  const waiting = new Set(all);
  const waitingFor = listsBy(all, ({ unknown }) => unknown.keys());
  let ready = all.filter(isReady);
  while (ready.length > 0) {
    for (const each of ready) waiting.delete(each);
    const known = new Set(ready.flatMap(({ own }) => learn(own)));
    const next = new Set<WaitingAxis<Axis>>();
    for (const group of known) {
      for (const each of waitingFor.get(group) ?? []) {
        each.left -= each.unknown.get(group)!;
        if (isReady(each) && waiting.has(each)) next.add(each);
      }
    }
    ready = [...next].sort((x, y) => x.order - y.order);
  }
  return [...waiting].map(({ own }) => own);
}

/** An axis, and what must be known before it determines a size. */
interface WaitingAxis<Axis> {
  readonly own: Axis;
  /** Its place among all axes. */
  readonly order: number;
  /** The groups of unknown size, each with 1, or with 2 if another group on the axis is inside of it. */
  readonly unknown: ReadonlyMap<string, number>;
  /** The sum over the unknown groups. */
  left: number;
  /** The sum with which the axis is ready. */
  readonly bound: number;
}

function waitingAxis<Axis extends { readonly axis: AxisSpec }>(
  own: Axis,
  order: number,
  sizes: SizeTable,
): WaitingAxis<Axis> {
  const { axis } = own;
  const unknown = new Map<string, number>();
  if (axis.kind === 'entries') return { own, order, unknown, left: 0, bound: 0 }; // It has all sizes.
  for (const { group, within } of leavesOfAxis(axis)) {
    if (!sizes.has(group)) unknown.set(group, unknown.get(group) ?? 1);
    if (within !== undefined && !sizes.has(within)) unknown.set(within, 2);
  }
  const left = [...unknown.values()].reduce((sum, each) => sum + each, 0);
  return { own, order, unknown, left, bound: infersFixed(axis) ? 0 : 1 };
}

function isReady({ left, bound }: WaitingAxis<unknown>): boolean {
  return left <= bound;
}

/** True if an axis has a `_`. */
function infersFixed(axis: AxisSpec): boolean {
  if (axis.kind === 'fixed') return axis.size === null;
  if (axis.kind === 'product') return axis.factors.some(infersFixed);
  return axis.kind === 'concat' && axis.segments.some(infersFixed);
}
