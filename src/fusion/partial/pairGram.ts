import { addProducts, rowLength, type UnitRows } from '../../matching/internal';
import { placesOn } from '../../symmetry/internal';
import type { ComparedNetworks, GroupPair, UnitPairs } from './comparedNetworks';
import { kernelValue, type PairKernel } from './pairKernel';
import { type PlacePair, placeRows } from './placeRows';

/**
 * The value of every pair of units of a group, summed over its places, the other groups held at their pairs.
 *
 * @returns `[units of A × units of B]`, row-major.
 */
export async function pairGram(
  networks: ComparedNetworks,
  group: GroupPair,
  pairs: UnitPairs,
  kernel: PairKernel,
  yieldPoint: () => Promise<void>,
): Promise<Float64Array> {
  const gram = new Float64Array(group.a.size * group.b.size);
  for (const place of placesOf(networks, group.name)) {
    if (place.a.coupling !== null) continue; // Units inside other parents have no pairs to compare.
    await yieldPoint();
    const { a, b } = placeRows(networks, place, pairs);
    if (rowLength(a) === 0) continue;
    const products = new Float32Array(gram.length);
    addProducts(products, [{ left: a, right: b, minus: null }]);
    const [squaresA, squaresB] = [squaredLengths(a), squaredLengths(b)];
    for (let i = 0, at = 0; i < a.units; i++) {
      for (let j = 0; j < b.units; j++, at++) {
        gram[at] += kernelValue(kernel, products[at], squaresA[i], squaresB[j]);
      }
    }
  }
  return gram;
}

/** The places of a group on compared parameters, in both networks. */
export function placesOf({ a, b, names }: ComparedNetworks, group: string): PlacePair[] {
  return names.flatMap((param) => {
    const others = placesOn(b.resolved.places, param);
    return placesOn(a.resolved.places, param)
      .map((place, at) => ({ a: place, b: others[at] }))
      .filter((place) => place.a.group === group);
  });
}

/** The squared length of each row. */
export function squaredLengths({ values, units, copies, first, rest }: UnitRows): Float64Array {
  const squares = new Float64Array(units);
  for (let u = 0; u < units; u++) {
    let sum = 0;
    for (let r = u * copies; r < (u + 1) * copies; r++) {
      const start = first.offsets[r];
      for (const offset of rest.offsets) sum += values[start + offset] ** 2;
    }
    squares[u] = sum;
  }
  return squares;
}
