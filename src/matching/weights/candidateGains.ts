import type { Permutation, Permutations } from '../../permutation';
import type { Objective } from '../products/products';
import { largestSize } from './largestSize';
import { isQuadratic, isSame, type Term } from './term';
import { termsOn } from './termsOn';

/** The gains of candidates for the next permutations of some groups. */
export interface CandidateGains {
  /** True if the objective is quadratic in the permutations of the groups. */
  readonly isQuadratic: boolean;
  /** The rise of the objective if some groups take these permutations, or 0 where it is within rounding. */
  gain(taken: Permutations): Promise<number>;
}

/**
 * Prepares for the gains of candidates.
 *
 * @param grams - The grams of the groups that may move, `[n × n]`, row-major; null for a group without one.
 * @param before - The present permutations.
 * @param isExact - True if the grams give the rise where the objective is linear in the groups. Otherwise,
 * and where it is quadratic, the rise is measured on the parameters.
 */
export function candidateGains(
  { terms, innerProducts }: Objective,
  grams: ReadonlyMap<string, Float32Array | null>,
  before: Permutations,
  isExact: boolean,
): CandidateGains {
  const groups = new Set(grams.keys());
  const touched = termsOn(terms, groups);
  const quadratic = touched.some((term) => isQuadratic(term, groups));
  let old: Float64Array | null = null;
  return {
    isQuadratic: quadratic,
    async gain(taken) {
      if (!hasMoved(Object.keys(taken), before, taken)) return 0;
      const { predicted, rounding } = gainByGrams(grams, before, taken);
      if (isExact && !quadratic) return predicted > rounding ? predicted : 0;
      old ??= await innerProducts(touched, before);
      const now = await innerProducts(touched, { ...permutationsOn(touched, before), ...taken });
      const measured = now.reduce((sum, product, t) => sum + product - old![t], 0);
      return measured > rounding ? measured : 0;
    },
  };
}

/** The permutations of the groups on some terms. A network may have thousands of other groups. */
function permutationsOn(terms: readonly Term[], permutations: Permutations): Permutations {
  const groups = terms.flatMap(({ places }) => places.map(({ group }) => group));
  return Object.fromEntries(groups.map((group) => [group, permutations[group]]));
}

/** True if one of the groups has moved. */
export function hasMoved(
  groups: Iterable<string>,
  before: Permutations,
  after: Permutations,
): boolean {
  return [...groups].some((name) => !isSame(before[name], after[name]));
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
