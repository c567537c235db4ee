import { sizeOf } from '../../params/internal';
import { type AxisKinds, axisKinds } from './axisKinds';
import type { Constraints, Space } from './constraints';
import { hashPair, listedMap } from './indexMap';
import { type Bundle, fixedLabel, freeLabel, type Label, makeLabel } from './label';
import { type Appearance, tiedUnits } from './tiedUnits';

const why = 'it meets a constant';
/** A constant of more values is fixed without reading them. */
const maxValues = 4e6;

/**
 * The label of a constant. Along each axis, positions with equal slices may be exchanged. Positions may also move
 * along several axes at once if that leaves the values unchanged, as in an identity matrix.
 *
 * @param values - The values, row-major. Complex values are pairs (real, imaginary).
 */
export function constantLabel(
  constraints: Constraints,
  shape: readonly number[],
  values: ArrayLike<number>,
): Label {
  if (values.length === 0 || values.length > maxValues) return fixedLabel(shape, why);
  if (isUniform(values)) return freeLabel(shape);
  const parts = values.length / sizeOf(shape);
  const hashes = valueHashes(values, parts);
  const kinds = shape.map((_, axis) => axisKinds(hashes, shape, axis));
  const isSame = (a: number, b: number) => {
    for (let k = 0; k < parts; k++) {
      if (!Object.is(values[a * parts + k], values[b * parts + k])) return false;
    }
    return true;
  };
  const families = tiedUnits(hashes, shape, kinds, isSame).map((tied) => ({
    tied,
    space: constraints.space(tied[0].units.length),
  }));
  const bundles: Bundle[] = [];
  const fixed = shape.map((size, axis) => {
    const count = kinds[axis].first.length;
    if (count === 1) return null;
    const appearances = families.flatMap(({ tied, space }) =>
      tied.filter((each) => each.axis === axis).map((each) => ({ ...each, space })),
    );
    if (count === size && appearances.length === 0) return why;
    bundles.push({ space: axisSpace(constraints, kinds[axis], appearances), axes: [axis] });
    return null;
  });
  return makeLabel(shape, fixed, bundles);
}

/** The space of an axis whose kinds move as the units of the spaces that appear on it. */
function axisSpace(
  constraints: Constraints,
  { kindOf, first }: AxisKinds,
  appearances: readonly (Appearance & { space: Space })[],
): Space {
  const space = constraints.space(kindOf.length);
  if (appearances.length === 0) {
    space.seed = kindOf;
    return space;
  }
  const kinds = first.length === kindOf.length ? space : constraints.space(first.length);
  if (kinds !== space) constraints.relate(space, kinds, listedMap(kindOf));
  kinds.seed = Int32Array.from(first.keys());
  for (const { space: units, units: places } of appearances) {
    for (const kind of places) kinds.seed[kind] = places[0];
    constraints.relate(units, kinds, listedMap(places));
  }
  return space;
}

/** True if all values are the same. */
export function isUniform(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], values[0])) return false;
  return true;
}

/** A hash of the bits of each value. A value has `parts` numbers. */
function valueHashes(values: ArrayLike<number>, parts: number): Int32Array {
  const value = new Float64Array(1);
  const halves = new Int32Array(value.buffer);
  return Int32Array.from({ length: values.length / parts }, (_, i) => {
    let hash = 0;
    for (let k = 0; k < parts; k++) {
      value[0] = Number(values[i * parts + k]);
      const own = hashPair(halves[0], halves[1]);
      hash = k === 0 ? own : hashPair(hash, own);
    }
    return hash;
  });
}
