import { invalid } from '../../errors';
import type { Params } from '../../params';
import { placesOn, type ResolvedSpec } from '../../symmetry/internal';
import { spreadOver, type UnitsOnAxes, unitsOnAxes } from '../../tracing/internal';
import { familyOf } from '../weights/family';

/** The traced group that is the same as a group of a spec: unit u of the group is its unit `units[u]`. */
export interface Counterpart {
  readonly traced: string;
  readonly units: Int32Array;
}

/**
 * For each group of a spec the traced group that moves the same positions of the parameters. A spec may have
 * fewer groups than the trace (heads as a whole, where the trace also has the units inside them).
 *
 * @throws InvalidInputError when no traced group moves as a group of the spec does; the message names it.
 */
export function counterparts(
  spec: ResolvedSpec,
  traced: ResolvedSpec,
  params: Params,
): Map<string, Counterpart> {
  const candidates = new Map<string, Counterpart[]>();
  const met = new Map<string, Set<string>>();
  for (const [param, view] of spec.views) {
    const tracedView = traced.views.get(param);
    if (!tracedView) continue;
    const own = unitsOnAxes(spec, view, placesOn(spec.places, param));
    const others = unitsOnAxes(traced, tracedView, placesOn(traced.places, param));
    const shape = params[param].shape;
    for (const units of own) {
      const { size } = familyOf(spec.groups, units.group).group;
      const touching = others.filter((other) => touches(units, other, shape));
      if (touching.length === 0) continue; // Pinned there, or unused by the forward pass.
      const here = touching.flatMap((other) => sameUnits(units, other, shape, size));
      const before = candidates.get(units.group);
      candidates.set(units.group, before ? before.filter((each) => isAmong(each, here)) : here);
      const names = met.get(units.group) ?? new Set();
      for (const { group } of touching) names.add(group);
      met.set(units.group, names);
    }
  }
  return new Map(
    spec.groups.map(({ name }) => {
      const [found] = candidates.get(name) ?? [];
      if (!found) throw noCounterpart(name, [...(met.get(name) ?? [])]);
      return [name, found];
    }),
  );
}

/** True if some position has a unit of both. */
function touches(own: UnitsOnAxes, other: UnitsOnAxes, shape: readonly number[]): boolean {
  const both = onCommonAxes(own, other, shape);
  return both?.[0].some((unit, at) => unit >= 0 && both[1][at] >= 0) ?? false;
}

/** The traced group as a counterpart on this parameter; none if their units differ. */
function sameUnits(
  own: UnitsOnAxes,
  other: UnitsOnAxes,
  shape: readonly number[],
  size: number,
): Counterpart[] {
  const [mine, theirs] = onCommonAxes(own, other, shape)!;
  const units = new Int32Array(size).fill(-1);
  for (let at = 0; at < mine.length; at++) {
    const unit = mine[at];
    if (unit < 0) continue;
    if (theirs[at] < 0 || (units[unit] >= 0 && units[unit] !== theirs[at])) return [];
    units[unit] = theirs[at];
  }
  const isBijective =
    new Set(units).size === size && other.units.every((unit) => unit < size) && !units.includes(-1);
  return isBijective ? [{ traced: other.group, units }] : [];
}

/** The units of both, by position on the axes of the one with more axes; null if these lack an axis of the other. */
function onCommonAxes(
  own: UnitsOnAxes,
  other: UnitsOnAxes,
  shape: readonly number[],
): [Int32Array, Int32Array] | null {
  const wider = own.axes.length >= other.axes.length ? own : other;
  const narrower = wider === own ? other : own;
  if (!narrower.axes.every((axis) => wider.axes.includes(axis))) return null;
  return [spreadOver(own, wider.axes, shape), spreadOver(other, wider.axes, shape)];
}

function isAmong({ traced, units }: Counterpart, others: readonly Counterpart[]): boolean {
  return others.some(
    (other) => other.traced === traced && other.units.every((unit, u) => unit === units[u]),
  );
}

function noCounterpart(name: string, met: readonly string[]) {
  const found =
    met.length === 0
      ? 'nothing in the forward pass moves as it does'
      : `the forward pass moves its positions by ${met.map((each) => `'${each}'`).join(' and ')}, none of which has its units`;
  return invalid(
    `group '${name}' of the spec has no counterpart in the forward function: ${found}`,
    'Check the spec with verifySpec, derive it with traceSpec, or pass the activations as { activations }',
  );
}
