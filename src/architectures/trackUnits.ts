import { invalid } from '../errors';
import type { PermutationSpec } from '../symmetry';
import {
  type NamedParameter,
  type TrackedAxis,
  type TrackedParameter,
  trackedSpec,
  type Unit,
  type Units,
} from './trackedSpec';

/** A spec in the making, for networks that move channels where patterns cannot follow: shuffles, shifted sums. */
export interface UnitTracker {
  /** The new units of a layer. */
  draw(layer: string, count: number): Units;
  /** States that two images of one size are added, so that units at the same position move together. */
  tie(a: Units, b: Units): void;
  /**
   * Adds a parameter.
   *
   * @param axes - The units of each axis and the role for them; null for a fixed axis.
   */
  add(name: string, axes: readonly (TrackedAxis | null)[], optional?: boolean): void;
  /** The spec with every symmetry: units that are on the same axes form a group. */
  spec(): PermutationSpec;
}

/** A tracker without units. */
export function trackUnits(): UnitTracker {
  const parents = new Map<Unit, Unit>();
  const params = new Map<string, TrackedParameter>();
  const rootOf = (unit: Unit): Unit => {
    let root = unit;
    for (let up = parents.get(root); up !== undefined; up = parents.get(root)) root = up;
    return root;
  };
  return {
    draw(layer, count) {
      if (count > MOST_UNITS) throw tooMany(layer, count);
      return Array.from({ length: count }, () => ({ layer }));
    },
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
          {
            axes: axes.map((axis) => axis && { ...axis, units: axis.units.map(rootOf) }),
            optional,
          },
        ],
      );
      return trackedSpec(rooted);
    },
  };
}

/** The most units of a layer, far more than networks have: each takes memory, and a damaged file may claim any number. */
const MOST_UNITS = 2 ** 20;

function tooMany(layer: string, count: number) {
  return invalid(
    `layer '${layer}' has ${count} channels, more than ${MOST_UNITS}`,
    'Derive the spec with traceSpec or from an ONNX file',
    { param: `${layer}.weight`, received: count },
  );
}

function unequal(a: number, b: number) {
  return invalid(
    `an image of ${a} channels is added to one of ${b}`,
    'Derive the spec with traceSpec or from an ONNX file',
    { param: 'params' },
  );
}
