import { invalid } from '../errors';
import type { AxisSpec } from './axisSpec';

/**
 * Throws unless the axes of kind `part` are exactly those that the axes of kind `entries` list, each listed once: a
 * position on an axis that two lists shared would be moved by both.
 */
export function assertParts(param: string, axes: readonly AxisSpec[]): void {
  const homes = new Map<number, number>();
  axes.forEach((axis, at) => {
    if (axis.kind !== 'entries' || axis.axes === undefined) return;
    const [first, ...others] = axis.axes;
    const sound =
      first === at && others.every((other) => isPartOf(axes[other], at) && !homes.has(other));
    if (!sound || new Set(others).size !== others.length) {
      throw wrong(
        param,
        at,
        `has entries over the axes [${axis.axes}], which do not start with it or are not its parts`,
      );
    }
    for (const other of others) homes.set(other, at);
  });
  axes.forEach((axis, at) => {
    if (axis.kind === 'part' && homes.get(at) !== axis.of) {
      throw wrong(param, at, `is part of axis ${axis.of}, whose entries do not list it`);
    }
  });
}

function isPartOf(axis: AxisSpec | undefined, home: number): boolean {
  return axis?.kind === 'part' && axis.of === home;
}

function wrong(param: string, axis: number, problem: string) {
  return invalid(
    `'${param}' axis ${axis} ${problem}`,
    "Entries over several axes list all of them, starting with their own; the others have the kind 'part', each of one axis",
    { param, axis },
  );
}
