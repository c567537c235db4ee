import { nestedOffsets, stridesOf } from '../../params/internal';
import {
  type ParameterView,
  type Place,
  placePositions,
  type ResolvedGroup,
  type ResolvedSpec,
} from '../../symmetry/internal';

/** The unit of a group at each position of some axes of a tensor. */
export interface UnitsOnAxes {
  readonly group: string;
  /** The axes. Position = row-major index over them. */
  readonly axes: readonly number[];
  /** The unit at each position; −1 for none. */
  readonly units: Int32Array;
}

/**
 * The units of a tensor's groups by position, and those of their parent groups: a unit of an inner group determines
 * the unit of every ancestor.
 */
export function unitsOnAxes(
  { groups }: Pick<ResolvedSpec, 'groups'>,
  view: ParameterView,
  places: readonly Place[],
): UnitsOnAxes[] {
  const found: UnitsOnAxes[] = [];
  for (const place of places) {
    const positions = placePositions(place);
    let copies = place.copies;
    for (let group = groupOf(groups, place.group); group; group = parentOf(groups, group)) {
      const { name } = group;
      const axes = view.axes[place.axis];
      let own = found.find((each) => each.group === name && each.axes === axes);
      if (!own) {
        own = { group: name, axes, units: new Int32Array(view.shape[place.axis]).fill(-1) };
        found.push(own);
      }
      for (let i = 0; i < positions.length; i++) own.units[positions[i]] = Math.floor(i / copies);
      copies *= group.inner; // Of each unit of the parent.
    }
  }
  return found;
}

/** The units over more axes. Position = row-major index over `wider`. */
export function spreadOver(
  { axes, units }: UnitsOnAxes,
  wider: readonly number[],
  shape: readonly number[],
): Int32Array {
  if (axes.length === wider.length && axes.every((axis, i) => axis === wider[i])) return units;
  const strides = stridesOf(axes.map((axis) => shape[axis]));
  const positions = nestedOffsets(
    wider.map((axis) => shape[axis]),
    wider.map((axis) => (axes.includes(axis) ? strides[axes.indexOf(axis)] : 0)),
  );
  return positions.map((position) => units[position]);
}

function groupOf(groups: readonly ResolvedGroup[], name: string): ResolvedGroup | undefined {
  return groups.find((group) => group.name === name);
}

function parentOf(groups: readonly ResolvedGroup[], { parent }: ResolvedGroup) {
  return parent === null ? undefined : groupOf(groups, parent);
}
