import type { ResolvedGroup } from '../../../symmetry/internal';
import { addProducts } from '../../products/addProducts';
import type { Weights } from '../../products/weights';
import { appearancesOf } from '../appearancesOf';
import type { Appearance, Term } from '../term';
import { signatureLayouts } from './signatureLayouts';
import { type Signature, signatureRows } from './signatureRows';
import { unitValues } from './unitValues';

/**
 * The similarity of the units of two networks by their signatures, `[n × n]`, row-major, A's units × B's units, without
 * regard to the order of the units of other groups:
 *
 *     G[i, j] = Σ over the places of ⟨signature of unit i of A, signature of unit j of B⟩.
 *
 * @param appearances - Places of one group, one or more.
 */
export async function signatureSum(
  weights: Weights,
  appearances: readonly Appearance[],
  signature: Signature,
  yieldPoint: () => Promise<void>,
): Promise<Float32Array> {
  const sum = new Float32Array(appearances[0].place.units ** 2);
  for (const appearance of appearances) {
    await yieldPoint();
    await addSignatures(sum, weights, appearance, signature);
  }
  return sum;
}

/** Adds the products of the signatures at a place whose values are on `coverage` places; at any number by default. */
export async function addSignatures(
  sum: Float32Array,
  weights: Weights,
  appearance: Appearance,
  signature: Signature,
  coverage: number | null = null,
): Promise<void> {
  const { term, place } = appearance;
  for (const layout of signatureLayouts(term.places, place, weights.shape(term.param))) {
    if (coverage !== null && layout.coverage !== coverage) continue;
    const a = await unitValues(weights, 'a', appearance, layout);
    const b = await unitValues(weights, 'b', appearance, layout);
    const [left, right] = [signatureRows(a, signature), signatureRows(b, signature)];
    addProducts(sum, [{ left, right, minus: null }]);
  }
}

/**
 * The part of each gram that other places change, with these at the uniform doubly stochastic matrix J / n. With the
 * part that does not change it is the mean of the group's gram over all permutations of the others, where each is on
 * one axis of a term. A group without such a place is left out.
 */
export async function uniformGrams(
  weights: Weights,
  terms: readonly Term[],
  groups: readonly ResolvedGroup[],
  yieldPoint: () => Promise<void>,
): Promise<Map<string, Float32Array>> {
  const grams = new Map<string, Float32Array>();
  for (const { name } of groups) {
    const changing = appearancesOf(terms, name).filter(({ term }) => term.places.length > 1);
    if (changing.length === 0) continue;
    grams.set(name, await signatureSum(weights, changing, 'mean', yieldPoint));
  }
  return grams;
}
