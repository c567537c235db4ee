import { rowLength, type UnitRows } from '../../matching/internal';
import { crossOffsets } from '../../params/internal';
import type { ComparedNetworks, UnitPairs } from './comparedNetworks';
import { pairedAxes } from './pairedAxes';
import { placesOf, squaredLengths } from './pairGram';
import { kernelValue, type PairKernel } from './pairKernel';
import { placeRows } from './placeRows';

/**
 * The objective of a pairing, over the values that both networks have: −½|A − B|² for `distance`, ⟨A, B⟩ for
 * `linear`, each parameter counted once; for `cosine` the sum of the cosines of all pairs at all places.
 */
export async function pairObjective(
  networks: ComparedNetworks,
  pairs: UnitPairs,
  kernel: PairKernel,
  yieldPoint: () => Promise<void>,
): Promise<number> {
  let sum = 0;
  for (const param of networks.names) {
    await yieldPoint();
    if (kernel !== 'cosine') sum += sharedValue(networks, param, pairs, kernel);
  }
  if (kernel !== 'cosine') return sum;
  for (const group of Object.keys(pairs)) {
    for (const place of placesOf(networks, group)) {
      if (place.a.coupling !== null) continue;
      await yieldPoint();
      const { a, b } = placeRows(networks, place, pairs);
      sum += sumOfCosines(a, b, pairs[group]);
    }
  }
  return sum;
}

/** −½|A − B|² or ⟨A, B⟩ over the values of a parameter that both networks have. */
function sharedValue(
  networks: ComparedNetworks,
  param: string,
  pairs: UnitPairs,
  kernel: PairKernel,
): number {
  const axes = pairedAxes(networks, param, pairs);
  const [own, other] = [networks.a, networks.b].map(({ values }) => values.get(param)!);
  const last = axes.at(-1)!;
  const [startsA, startsB] = (['a', 'b'] as const).map((side) =>
    axes
      .slice(0, -1)
      .map((axis) => axis[side])
      .reduce(crossOffsets, Int32Array.of(0)),
  );
  let sum = 0;
  for (let i = 0; i < startsA.length; i++) {
    for (let j = 0; j < last.a.length; j++) {
      const x = own[startsA[i] + last.a[j]];
      const y = other[startsB[i] + last.b[j]];
      sum += kernelValue(kernel, x * y, x * x, y * y);
    }
  }
  return sum;
}

/** Σ cos(aᵢ, b_p[i]) over the pairs. */
function sumOfCosines(a: UnitRows, b: UnitRows, pairs: Int32Array): number {
  if (rowLength(a) === 0) return 0;
  const [squaresA, squaresB] = [squaredLengths(a), squaredLengths(b)];
  return pairs.reduce(
    (sum, partner, unit) =>
      partner < 0
        ? sum
        : sum +
          kernelValue(
            'cosine',
            productOfRows(a, unit, b, partner),
            squaresA[unit],
            squaresB[partner],
          ),
    0,
  );
}

function productOfRows(a: UnitRows, i: number, b: UnitRows, j: number): number {
  let sum = 0;
  for (let r = 0; r < a.copies; r++) {
    const own = a.first.offsets[i * a.copies + r];
    const other = b.first.offsets[j * b.copies + r];
    for (let k = 0; k < a.rest.offsets.length; k++) {
      sum += a.values[own + a.rest.offsets[k]] * b.values[other + b.rest.offsets[k]];
    }
  }
  return sum;
}
