import { choosePairs } from './choosePairs';
import type { GroupPair } from './comparedNetworks';

/** The gram of each group, `[units of A × units of B]`, row-major. */
export type PairGrams = ReadonlyMap<string, Float64Array>;

/**
 * The best pairs of a group and of all groups inside it. The value of pairing unit i of A with unit j of B is their
 * own and, for each group inside, that of the best pairs of the units inside j and i:
 *
 *     V_g[i, j] = G_g[i, j] + Σ_c max Σ V_c[units inside i, units inside j]
 *
 * Units inside a unit without a partner have none either.
 */
export function assignPairs(family: GroupPair, grams: PairGrams): Record<string, Int32Array> {
  const values = pairValues(family, grams);
  const { a, b, pairs } = family;
  return pairsInside(family, choosePairs(values.values, a.size, b.size, pairs), values);
}

/** The value of every pair of units of a group, and the best pairs inside them. */
interface PairValues {
  /** V_g, `[units of A × units of B]`, row-major. */
  readonly values: Float64Array;
  /** For each child the pairs inside: of unit i of A and j of B at i · units of B + j. */
  readonly inside: readonly {
    readonly chosen: readonly Int32Array[];
    readonly values: PairValues;
  }[];
}

function pairValues({ name, a, b, children }: GroupPair, grams: PairGrams): PairValues {
  const values = grams.get(name)!.slice();
  const inside = children.map((child) => {
    const own = pairValues(child, grams);
    const chosen: Int32Array[] = [];
    for (let i = 0, at = 0; i < a.size; i++) {
      for (let j = 0; j < b.size; j++, at++) {
        const block = blockOf(own.values, child, i, j);
        const partners = choosePairs(block, child.a.inner, child.b.inner, child.pairs);
        chosen.push(partners);
        partners.forEach((partner, k) => {
          if (partner >= 0) values[at] += block[k * child.b.inner + partner];
        });
      }
    }
    return { chosen, values: own };
  });
  return { values, inside };
}

/** The values of the units inside unit i of A and j of B. */
function blockOf(values: Float64Array, { a, b }: GroupPair, i: number, j: number): Float64Array {
  const block = new Float64Array(a.inner * b.inner);
  for (let k = 0; k < a.inner; k++) {
    const start = (i * a.inner + k) * b.size + j * b.inner;
    block.set(values.subarray(start, start + b.inner), k * b.inner);
  }
  return block;
}

/** The pairs of a group and all groups inside it, given its own. */
function pairsInside(
  { name, b, children }: GroupPair,
  pairs: Int32Array,
  { inside }: PairValues,
): Record<string, Int32Array> {
  const all = children.map((child, c) => {
    const own = new Int32Array(child.a.size).fill(-1);
    pairs.forEach((partner, unit) => {
      if (partner < 0) return;
      inside[c].chosen[unit * b.size + partner].forEach((inner, k) => {
        if (inner >= 0) own[unit * child.a.inner + k] = partner * child.b.inner + inner;
      });
    });
    return pairsInside(child, own, inside[c].values);
  });
  return Object.assign({ [name]: pairs }, ...all);
}
