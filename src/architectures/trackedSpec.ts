import type { AxisSpec, Group, ParameterSpec, PermutationSpec, Role } from '../symmetry';

/** The unit at each position of an image's channels or of an axis. */
export type Units = readonly Unit[];

/** One channel. */
export interface Unit {
  /** The layer that computes it. */
  readonly layer: string;
}

/** The units on an axis, and the role of the parameter for them. */
export interface TrackedAxis {
  readonly units: Units;
  readonly role: Role;
}

/** The units on the axes of a parameter; null for a fixed axis. */
export interface TrackedParameter {
  readonly axes: readonly (TrackedAxis | null)[];
  /** True if a network may lack the parameter. */
  readonly optional: boolean;
}

/** A parameter with its name. */
export type NamedParameter = readonly [name: string, param: TrackedParameter];

interface TrackedGroup {
  readonly name: string;
  readonly units: Units;
}

/** The spec of parameters on whose axes these units are. Units that are on the same axes form a group. */
export function trackedSpec(params: readonly NamedParameter[]): PermutationSpec {
  const groups = groupUnits(params);
  const groupOf = new Map(groups.flatMap((group) => group.units.map((unit) => [unit, group])));
  const axisOf = (axis: TrackedAxis | null) =>
    axis === null ? { kind: 'fixed' as const, size: null } : axisSpec(axis, groupOf);
  return {
    groups: groups.map(({ name, units }): Group => ({ name, size: units.length })),
    params: Object.fromEntries(
      params.map(([name, { axes, optional }]): [string, ParameterSpec] => [
        name,
        { axes: axes.map(axisOf), optional },
      ]),
    ),
    unlisted: 'error',
  };
}

/**
 * Groups the units that are on the same axes. A unit that is twice on an axis is in no group: the two positions would
 * have to move together.
 */
function groupUnits(params: readonly NamedParameter[]): TrackedGroup[] {
  const axesOf = new Map<Unit, number[]>();
  const axes = params.flatMap(([, param]) => param.axes);
  axes.forEach((each, axis) => {
    for (const unit of each?.units ?? []) {
      const own = axesOf.get(unit);
      if (own) own.push(axis);
      else axesOf.set(unit, [axis]);
    }
  });
  const isOnceOnEach = (own: readonly number[]) => new Set(own).size === own.length;
  const movable = [...axesOf.keys()].filter((unit) => isOnceOnEach(axesOf.get(unit)!));
  return named(divide(movable, (unit) => String(axesOf.get(unit))));
}

/** Names groups after the layers of their first units, with a number where a layer has several groups. */
function named(groups: readonly Units[]): TrackedGroup[] {
  return divide(groups, ([{ layer }]) => layer).flatMap((own) =>
    own.map((units, i) => {
      const [{ layer }] = units;
      return { name: own.length === 1 ? layer : `${layer}:${i + 1}`, units };
    }),
  );
}

/** Divides values into classes of equal keys, in order of first appearance. */
function divide<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const classes = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const own = classes.get(key);
    if (own) own.push(value);
    else classes.set(key, [value]);
  }
  return [...classes.values()];
}

/** The axis as a concatenation of whole groups, or with its positions written out if it is none. */
function axisSpec(
  { units, role }: TrackedAxis,
  groupOf: ReadonlyMap<Unit, TrackedGroup>,
): AxisSpec {
  const groups = [...new Set(units.flatMap((unit) => groupOf.get(unit) ?? []))];
  const inOrder = groups.flatMap((group) => group.units);
  if (inOrder.length === units.length && inOrder.every((unit, i) => unit === units[i])) {
    const segments = groups.map(({ name }) => ({ kind: 'group' as const, group: name, role }));
    return segments.length === 1 ? segments[0] : { kind: 'concat', segments };
  }
  const positions = new Map(units.map((unit, i) => [unit, i]));
  return {
    kind: 'entries',
    size: units.length,
    entries: groups.map(({ name, units: own }) => ({
      group: name,
      index: own.map((unit) => positions.get(unit)!),
      role,
    })),
  };
}
