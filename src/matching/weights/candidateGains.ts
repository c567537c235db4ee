import type { Permutation, Permutations } from '../../permutation';
import type { Objective } from '../products/products';
import type { FamilyTerms } from './familyTerms';
import { largestSize } from './largestSize';
import { isSame, type Term } from './term';

/** The rise of the objective if some groups take these permutations, or 0 where it is within rounding. */
export type CandidateGain = (taken: Permutations) => Promise<number>;

/**
 * Prepares for the gains of candidates for the next permutations of a family.
 *
 * @param family - The family among the terms of the objective.
 * @param grams - The grams of the groups of the family, `[n × n]`, row-major; null for a group without one.
 * @param before - The present permutations.
 * @param isExact - True if the grams give the rise where the objective is linear in the groups. Otherwise,
 * and where it is quadratic, the rise is measured on the parameters.
 */
export function candidateGains(
  { innerProducts }: Objective,
  { touched, isQuadratic }: FamilyTerms,
  grams: ReadonlyMap<string, Float32Array | null>,
  before: Permutations,
  isExact: boolean,
): CandidateGain {
  let old: Float64Array | null = null;
  return async (taken) => {
    if (!hasMoved(Object.keys(taken), before, taken)) return 0;
    const { predicted, rounding } = gainByGrams(grams, before, taken);
    if (isExact && !isQuadratic) return predicted > rounding ? predicted : 0;
    old ??= await innerProducts(touched, before);
    const now = await innerProducts(touched, { ...permutationsOn(touched, before), ...taken });
    const measured = now.reduce((sum, product, t) => sum + product - old![t], 0);
    return measured > rounding ? measured : 0;
  };
}

/** The permutations of the groups on some terms. A network may have thousands of other groups. */
function permutationsOn(terms: readonly Term[], permutations: Permutations): Permutations {
  const groups = terms.flatMap(({ places }) => places.map(({ group }) => group));
  return Object.fromEntries(groups.map((group) => [group, permutations[group]]));
}

/** True if one of the groups has moved. */
export function hasMoved(
  groups: readonly string[],
  before: Permutations,
  after: Permutations,
): boolean {
  return groups.some((name) => !isSame(before[name], after[name]));
}

/** The gain by the grams, and the most that their float32 rounding can add to it. */
function gainByGrams(
  grams: ReadonlyMap<string, Float32Array | null>,
  before: Permutations,
  taken: Permutations,
) {
  let [predicted, rounding] = [0, 0];
  for (const [name, gram] of grams) {
    if (!gram || !Object.hasOwn(taken, name)) continue;
    const own = gainByGram(gram, before[name], taken[name]);
    predicted += own.gain;
    rounding += own.rounding;
  }
  return { predicted, rounding };
}

function gainByGram(values: Float32Array, current: Permutation, candidate: Permutation) {
  const n = current.length;
  let [gain, moved] = [0, 0];
  for (let i = 0; i < n; i++) {
    if (current[i] === candidate[i]) continue;
    gain += values[i * n + candidate[i]] - values[i * n + current[i]];
    moved++;
  }
  return { gain, rounding: moved === 0 ? 0 : 2e-7 * moved * largestSize(values) };
}
