import { solveAssignment } from '../../../assignment';
import type { ResolvedGroup } from '../../../symmetry/internal';
import type { Weights } from '../../products/weights';
import { appearancesOf } from '../appearancesOf';
import { familyOf, membersOf } from '../family';
import type { Term } from '../term';
import { trace } from '../trace';
import { fixedProduct } from './fixedProduct';
import { termNormBound } from './normBound';
import { isRegular, signatureLayouts } from './signatureLayouts';
import { assigned } from './signatureStart';
import { addSignatures } from './signatureSum';

/**
 * An upper bound on S (Gilmore & Lawler): the values of one assignment problem for each family of groups, on the sorted
 * signatures of their units, plus the part that no group moves. A value on k places counts with weight 1/k at each of
 * them. It holds up to the float32 rounding of the grams. Irregular terms enter as |A_w||B_w|.
 */
export async function signatureBound(
  weights: Weights,
  terms: readonly Term[],
  groups: readonly ResolvedGroup[],
  yieldPoint: () => Promise<void>,
): Promise<number> {
  let bound = 0;
  for (const term of terms) {
    const isExact = isRegular(term, weights.shape(term.param));
    bound += await (isExact ? fixedProduct : termNormBound)(weights, term);
  }
  for (const { name, parent } of groups) {
    if (parent !== null) continue;
    const family = familyOf(groups, name);
    const grams = new Map<string, Float32Array>();
    for (const member of membersOf(family)) {
      const own = await boundGram(weights, terms, member.name, yieldPoint);
      if (own) grams.set(member.name, own);
    }
    if (grams.size === 0) continue;
    const permutations = assigned(family, grams, solveAssignment);
    for (const [member, gram] of grams) {
      bound += trace(gram, permutations[member]);
    }
  }
  return bound;
}

/** The sorted signatures of a group, each value with weight 1 / (the number of places on it); null without a place. */
export async function boundGram(
  weights: Weights,
  terms: readonly Term[],
  group: string,
  yieldPoint: () => Promise<void>,
): Promise<Float32Array | null> {
  const appearances = appearancesOf(terms, group);
  if (appearances.length === 0) return null;
  const total = new Float32Array(appearances[0].place.units ** 2);
  const regular = appearances.filter(({ term }) => isRegular(term, weights.shape(term.param)));
  const coverages = new Set(
    regular.flatMap(({ term, place }) =>
      signatureLayouts(term.places, place, weights.shape(term.param)).map((each) => each.coverage),
    ),
  );
  for (const coverage of coverages) {
    const sum = new Float32Array(total.length);
    for (const appearance of regular) {
      await yieldPoint();
      await addSignatures(sum, weights, appearance, 'sorted', coverage);
    }
    for (let at = 0; at < sum.length; at++) total[at] += sum[at] / coverage;
  }
  return total;
}
