import { invalid } from '../errors';
import type { AxisSpec, Group, ParameterSpec, PermutationSpec } from '../symmetry';

/** The unit at each position of an image's channels or of an axis. */
export type Units = readonly Unit[];

/** One channel. */
export interface Unit {
  /** The layer that computes it. */
  readonly layer: string;
}

/** A spec in the making, for networks that move channels where patterns cannot follow: shuffles, shifted sums. */
export interface UnitTracker {
  /** The new units of a layer. */
  draw(layer: string, count: number): Units;
  /** States that two images of one size are added, so that units at the same position move together. */
  tie(a: Units, b: Units): void;
  /**
   * Adds a parameter.
   *
   * @param axes - The units of each axis; null for a fixed axis.
   */
  add(name: string, axes: readonly (Units | null)[], optional?: boolean): void;
  /** The spec with every symmetry: units that are on the same axes form a group. */
  spec(): PermutationSpec;
}

/** A tracker without units. */
export function trackUnits(): UnitTracker {
  const parents = new Map<Unit, Unit>();
  const params = new Map<string, TrackedParameter>();
  const rootOf = (unit: Unit): Unit => {
    const parent = parents.get(unit);
    return parent === undefined ? unit : rootOf(parent);
  };
  return {
    draw: (layer, count) => Array.from({ length: count }, () => ({ layer })),
    tie(a, b) {
      if (a.length !== b.length) throw unequal(a.length, b.length);
      a.forEach((unit, i) => {
        const [from, to] = [rootOf(b[i]), rootOf(unit)];
        if (from !== to) parents.set(from, to);
      });
    },
    add(name, axes, optional = false) {
      params.set(name, { axes, optional });
    },
    spec() {
      const rooted = [...params].map(
        ([name, { axes, optional }]): NamedParameter => [
          name,
          { axes: axes.map((units) => units?.map(rootOf) ?? null), optional },
        ],
      );
      return specOf(rooted, groupUnits(rooted));
    },
  };
}

function unequal(a: number, b: number) {
  return invalid(
    `an image of ${a} channels is added to one of ${b}`,
    'Derive the spec with traceSpec or from an ONNX file',
    { param: 'params' },
  );
}

interface TrackedParameter {
  readonly axes: readonly (Units | null)[];
  readonly optional: boolean;
}

type NamedParameter = readonly [name: string, param: TrackedParameter];

interface TrackedGroup {
  readonly name: string;
  readonly units: Units;
}

/**
 * Groups the units that are on the same axes. A unit that is twice on an axis is in no group: the two positions would
 * have to move together.
 */
function groupUnits(params: readonly NamedParameter[]): TrackedGroup[] {
  const axesOf = new Map<Unit, number[]>();
  const axes = params.flatMap(([, param]) => param.axes);
  axes.forEach((units, axis) => {
    for (const unit of units ?? []) axesOf.set(unit, [...(axesOf.get(unit) ?? []), axis]);
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

function specOf(
  params: readonly NamedParameter[],
  groups: readonly TrackedGroup[],
): PermutationSpec {
  const groupOf = new Map(groups.flatMap((group) => group.units.map((unit) => [unit, group])));
  const axisOf = (units: Units | null) =>
    units === null ? { kind: 'fixed' as const, size: null } : axisSpec(units, groupOf);
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

/** The axis as a concatenation of whole groups, or with its positions written out if it is none. */
function axisSpec(units: Units, groupOf: ReadonlyMap<Unit, TrackedGroup>): AxisSpec {
  const groups = [...new Set(units.flatMap((unit) => groupOf.get(unit) ?? []))];
  const inOrder = groups.flatMap((group) => group.units);
  if (inOrder.length === units.length && inOrder.every((unit, i) => unit === units[i])) {
    const segments = groups.map(({ name }) => ({ kind: 'group' as const, group: name }));
    return segments.length === 1 ? segments[0] : { kind: 'concat', segments };
  }
  const positions = new Map(units.map((unit, i) => [unit, i]));
  return {
    kind: 'entries',
    size: units.length,
    entries: groups.map(({ name, units: own }) => ({
      group: name,
      index: own.map((unit) => positions.get(unit)!),
    })),
  };
}
