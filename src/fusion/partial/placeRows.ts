import type { UnitRows } from '../../matching/internal';
import { crossOffsets, mapParams } from '../../params/internal';
import { type Place, placePositions } from '../../symmetry/internal';
import { mergedPositions } from '../units/mergedPositions';
import type { ComparedNetworks, UnitPairs } from './comparedNetworks';
import { pairedAxes } from './pairedAxes';

/** The units of a place in both networks as rows of one length, restricted to what both have under a pairing. */
export interface PlaceRows {
  readonly a: UnitRows;
  readonly b: UnitRows;
}

/** A place of a group in both networks. */
export interface PlacePair {
  readonly a: Place;
  readonly b: Place;
}

/**
 * The rows of the units at a place. Other groups are restricted to their pairs, in the order of A; a group without
 * pairs leaves rows of length 0.
 */
export function placeRows(
  networks: ComparedNetworks,
  { a, b }: PlacePair,
  pairs: UnitPairs,
): PlaceRows {
  const axes = pairedAxes(networks, a.param, pairs).filter((_, axis) => axis !== a.axis);
  const copies = pairedCopies(networks, { a, b }, pairs);
  return {
    a: rowsOf('a', a),
    b: rowsOf('b', b),
  };

  function rowsOf(side: 'a' | 'b', place: Place): UnitRows {
    const offsets = networks[side].views.get(place.param)!.offsets[place.axis];
    const positions = placePositions(place);
    const own = copies[side];
    const first = new Int32Array(place.units * own.length);
    for (let u = 0; u < place.units; u++) {
      own.forEach((copy, r) => {
        first[u * own.length + r] = offsets[positions[u * place.copies + copy]];
      });
    }
    const rest = axes.map((axis) => axis[side]).reduce(crossOffsets, Int32Array.of(0));
    return {
      values: networks[side].values.get(place.param)!,
      units: place.units,
      copies: own.length,
      first: { offsets: first, factors: null },
      rest: { offsets: rest, factors: null },
    };
  }
}

/** The copies of a unit that both networks have: those of unit 0, as if it were paired with unit 0. */
function pairedCopies(
  networks: ComparedNetworks,
  { a, b }: PlacePair,
  pairs: UnitPairs,
): { readonly a: readonly number[]; readonly b: readonly number[] } {
  if (isAlone(networks, a)) {
    const copies = Array.from({ length: a.copies }, (_, r) => r);
    return { a: copies, b: copies };
  }
  const [own, other] = (['a', 'b'] as const).map(
    (side) => networks[side].views.get(a.param)!.axes[a.axis],
  );
  const above = ancestorsOf(networks, a.group);
  const firstAlone = (of: Int32Array) => new Int32Array(of.length).fill(-1).fill(0, 0, 1);
  const positions = mergedPositions(
    own,
    other,
    mapParams(pairs, (of, group) => ({ of: above.has(group) ? firstAlone(of) : of })),
  );
  const copyAt = new Map(Array.from(placePositions(b).subarray(0, b.copies), (at, r) => [at, r]));
  const found = Array.from(placePositions(a).subarray(0, a.copies), (at, r) => ({
    a: r,
    b: copyAt.get(positions[at]),
  })).filter(({ b }) => b !== undefined);
  return { a: found.map(({ a }) => a), b: found.map(({ b }) => b!) };
}

/** True if no other group is at the positions of a place. */
function isAlone({ a }: ComparedNetworks, place: Place): boolean {
  const { places } = a.views.get(place.param)!.axes[place.axis];
  if (places.length === 1) return true;
  const own = new Set(placePositions(place));
  return places.every(
    (other) => other === place || !placePositions(other).some((position) => own.has(position)),
  );
}

/** A group and the groups that it is inside of. */
function ancestorsOf(networks: ComparedNetworks, group: string): Set<string> {
  const { parent } = networks.a.resolved.groups.find(({ name }) => name === group)!;
  const above = parent === null ? new Set<string>() : ancestorsOf(networks, parent);
  return above.add(group);
}
