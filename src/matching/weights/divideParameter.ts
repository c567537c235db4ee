import { indices } from '../../permutation/internal';
import { type Place, placePositions, placesOn, type ResolvedSpec } from '../../symmetry/internal';
import { familyOf } from './family';

/** Values of a parameter that the same groups move: those at some positions of each axis. */
export interface Region {
  /** By axis of the parameter's view; null for all positions of an axis. */
  readonly positions: readonly (Int32Array | null)[];
  /** The groups at these positions, and all groups that contain them. Empty for constants. */
  readonly groups: readonly string[];
}

/** A parameter, divided into regions. */
export interface DividedParameter {
  readonly param: string;
  /** All places of groups on it. */
  readonly places: readonly Place[];
  readonly regions: readonly Region[];
}

/**
 * Divides a parameter into regions by the groups that move its values. Each value is in one region.
 *
 * @param shape - The shape of the parameter's view.
 */
export function divideParameter(
  param: string,
  shape: readonly number[],
  { groups, places }: ResolvedSpec,
): DividedParameter {
  const own = placesOn(places, param);
  const ancestorsOf = (name: string): string[] => {
    const { parent } = familyOf(groups, name).group;
    return parent === null ? [] : [parent, ...ancestorsOf(parent)];
  };
  let regions: Region[] = [{ positions: [], groups: [] }];
  shape.forEach((size, axis) => {
    const segments = divideAxis(
      size,
      own.filter((place) => place.axis === axis),
    );
    regions = regions.flatMap((region) =>
      segments.map((segment) => ({
        positions: [...region.positions, segment.positions],
        groups: union(
          region.groups,
          segment.groups.flatMap((name) => [name, ...ancestorsOf(name)]),
        ),
      })),
    );
  });
  return { param, places: own, regions };
}

interface Segment {
  readonly positions: Int32Array | null;
  readonly groups: readonly string[];
}

/** The positions of an axis, divided by the groups that are on them. */
function divideAxis(size: number, places: readonly Place[]): Segment[] {
  let segments = [{ positions: indices(size), groups: [] as readonly string[] }];
  for (const place of places) {
    const isOn = new Uint8Array(size);
    for (const position of placePositions(place)) isOn[position] = 1;
    segments = segments.flatMap(({ positions, groups }) => [
      {
        positions: positions.filter((position) => isOn[position] === 1),
        groups: union(groups, [place.group]),
      },
      { positions: positions.filter((position) => isOn[position] === 0), groups },
    ]);
    segments = segments.filter(({ positions }) => positions.length > 0);
  }
  return segments.map(({ positions, groups }) => ({
    positions: positions.length === size ? null : positions,
    groups,
  }));
}

function union(some: readonly string[], others: readonly string[]): string[] {
  return [...new Set([...some, ...others])];
}

/**
 * For each axis the offsets of its positions among the row-major values of the view.
 *
 * @param index - By axis: position i is read at position index[i]; null, or left out, to read it at i.
 */
export function axisOffsets(
  positions: Region['positions'],
  shape: readonly number[],
  index: readonly (Int32Array | null)[] = [],
): Int32Array[] {
  return shape.map((size, axis) => {
    const stride = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
    const moved = index[axis];
    return (positions[axis] ?? indices(size)).map((at) => stride * (moved ? moved[at] : at));
  });
}
