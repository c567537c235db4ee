import type { ResolvedGroup } from '../../../symmetry/internal';
import { addProducts } from '../../products/addProducts';
import type { Weights } from '../../products/weights';
import type { Term } from '../term';
import { isRegular, signatureLayouts } from './signatureLayouts';
import { type Signature, signatureRows } from './signatureRows';
import { unitValues } from './unitValues';

/** Two sums over the places of a group, `[n × n]`, row-major: A's units × B's units. */
export interface SignatureGrams {
  /** Every place with weight 1. */
  readonly start: Float32Array;
  /** Every value with weight 1 / (the number of places on it). Irregular terms are left out. */
  readonly bound: Float32Array;
}

/**
 * The similarity of the units of two networks by their signatures, for each group, without regard to the order of
 * the units of other groups:
 *
 *     G[i, j] = Σ over the terms and places of the group of ⟨signature of unit i of A, signature of unit j of B⟩.
 *
 * With `sorted` signatures no gram of the group has larger entries, whatever the permutations of the others. So for
 * all permutations S ≤ Σ_g Σ_i bound_g[i, p_g[i]] + the part that no group moves, where all terms are regular.
 *
 * A group without a place on a term is left out.
 */
export async function unitSignatureGrams(
  weights: Weights,
  terms: readonly Term[],
  groups: readonly ResolvedGroup[],
  yieldPoint: () => Promise<void>,
): Promise<{ start: Map<string, Float32Array>; bound: Map<string, Float32Array> }> {
  const [start, bound] = [new Map<string, Float32Array>(), new Map<string, Float32Array>()];
  for (const { name } of groups) {
    const grams = await signatureGrams(weights, terms, name, 'sorted', yieldPoint);
    if (!grams) continue;
    start.set(name, grams.start);
    bound.set(name, grams.bound);
  }
  return { start, bound };
}

/**
 * The grams with every other place at the uniform doubly stochastic matrix J / n. This is the mean of the group's
 * gram over all permutations of the others, where each is on one axis of a term.
 */
export async function uniformGrams(
  weights: Weights,
  terms: readonly Term[],
  groups: readonly ResolvedGroup[],
  yieldPoint: () => Promise<void>,
): Promise<Map<string, Float32Array>> {
  const grams = new Map<string, Float32Array>();
  for (const { name } of groups) {
    const own = await signatureGrams(weights, terms, name, 'mean', yieldPoint);
    if (own) grams.set(name, own.start);
  }
  return grams;
}

/** The grams of one group; null for a group without a place. */
export async function signatureGrams(
  weights: Weights,
  terms: readonly Term[],
  group: string,
  signature: Signature,
  yieldPoint: () => Promise<void>,
): Promise<SignatureGrams | null> {
  /** By the number of places on the values; infinite for irregular terms. */
  const sums = new Map<number, Float32Array>();
  for (const term of terms) {
    for (const place of term.places.filter((each) => each.group === group)) {
      await yieldPoint();
      const appearance = { term, place };
      const shape = weights.shape(term.param);
      const regular = isRegular(term, shape);
      for (const layout of signatureLayouts(appearance, shape)) {
        const coverage = regular ? layout.coverage : Number.POSITIVE_INFINITY;
        const sum = sums.get(coverage) ?? new Float32Array(place.units ** 2);
        sums.set(coverage, sum);
        const a = await unitValues(weights, 'a', appearance, layout);
        const b = await unitValues(weights, 'b', appearance, layout);
        const [left, right] = [signatureRows(a, signature), signatureRows(b, signature)];
        addProducts(sum, [{ left, right, minus: null }]);
      }
    }
  }
  return sums.size === 0 ? null : weightedSums(sums);
}

function weightedSums(sums: ReadonlyMap<number, Float32Array>): SignatureGrams {
  const [[coverage, first], ...others] = sums;
  const start = first;
  const bound = coverage === 1 ? first.slice() : first.map((value) => value / coverage);
  for (const [divisor, sum] of others) {
    for (let at = 0; at < sum.length; at++) {
      start[at] += sum[at];
      bound[at] += sum[at] / divisor;
    }
  }
  return { start, bound };
}
