import { addProducts, rowLength, someUnits, type UnitRows } from '../../matching/internal';
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
    const products = await rowProducts(a, b, yieldPoint);
    const [squaresA, squaresB] = [squaredLengths(a), squaredLengths(b)];
    for (let i = 0, at = 0; i < a.units; i++) {
      for (let j = 0; j < b.units; j++, at++) {
        gram[at] += kernelValue(kernel, products[at], squaresA[i], squaresB[j]);
      }
    }
  }
  return gram;
}

/** The number of multiplications between two yield points. */
const STRIDE = 2 ** 27;

/** The products of all rows, `[rows of a × rows of b]`. */
async function rowProducts(
  a: UnitRows,
  b: UnitRows,
  yieldPoint: () => Promise<void>,
): Promise<Float32Array> {
  const products = new Float32Array(a.units * b.units);
  const step = Math.ceil(STRIDE / (b.units * rowLength(b)));
  for (let from = 0; from < a.units; from += step) {
    await yieldPoint();
    const to = Math.min(a.units, from + step);
    const some = products.subarray(from * b.units, to * b.units);
    addProducts(some, [{ left: someUnits(a, from, to), right: b, minus: null }]);
  }
  return products;
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
