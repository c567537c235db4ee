import { compose, invert, type Permutation, type Permutations } from '../../../permutation';
import { type FamilyGrams, pairedValue, pairGrams, roundingOf, solveFamily } from '../familyGrams';
import { networkPairs, pairIndex } from '../moments';
import { givenOrders, type JointOrders, type JointProblem, jointObjective } from './jointProblem';

/** The starts of a joint assignment. */
export interface JointStarts {
  /** The best start first. */
  readonly orders: readonly JointOrders[];
  /** For each pair the most that it alone can reach: S is not above their sum. */
  readonly bounds: readonly number[];
  /** The most by which rounding can lower that sum. */
  readonly rounding: number;
}

/**
 * The starts: for each network the star in which all others are matched to it, and the order as given if it has a
 * greater S than the stars.
 */
export async function jointStarts(problem: JointProblem): Promise<JointStarts> {
  const { family, state, settings } = problem;
  const given = givenOrders(problem);
  const matches: Permutations[] = [];
  const bounds: number[] = [];
  let rounding = 0;
  for (const pair of networkPairs(given.length)) {
    await settings.yieldPoint();
    const grams = pairGrams(family, state, pair);
    const found = solveFamily(family, grams, state.permutations[pair[1]], settings.solver);
    matches.push(found);
    const own = totalsOf(grams, found);
    bounds.push(own.value);
    rounding += own.rounding;
  }
  const stars = given
    .map((_, centre) => starOf(given, matches, centre))
    .map((orders) => ({ orders, objective: jointObjective(problem, orders) }))
    .sort((one, other) => other.objective - one.objective);
  const isGivenBest = jointObjective(problem, given) > stars[0].objective + rounding;
  const orders = stars.map((star) => star.orders);
  return { orders: isGivenBest ? [given, ...orders] : orders, bounds, rounding };
}

/** The value of a pair's match, and the most that rounding can take from it. */
function totalsOf(grams: FamilyGrams, found: Permutations) {
  let [value, rounding] = [0, 0];
  for (const [name, gram] of grams) {
    if (!gram) continue;
    value += pairedValue(gram, found[name]);
    rounding += roundingOf(gram, found[name].length);
  }
  return { value, rounding };
}

/**
 * All networks matched to one of them, which keeps its order.
 *
 * @param matches - For each pair i < j the orders of j that match it to i as given.
 */
function starOf(given: JointOrders, matches: readonly Permutations[], centre: number): JointOrders {
  return given.map((own, k) => {
    if (k === centre) return own;
    const [i, j] = k < centre ? [k, centre] : [centre, k];
    const match = matches[pairIndex([i, j], given.length)];
    if (k > centre) return match;
    const back = ([name, p]: [string, Permutation]): [string, Permutation] => {
      return [name, compose(compose(p, invert(match[name])), given[centre][name])];
    };
    return Object.fromEntries(Object.entries(own).map(back));
  });
}
