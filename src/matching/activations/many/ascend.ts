import type { Permutations } from '../../../permutation';
import { type FamilyGrams, pairedValue, roundingOf, solveFamily } from '../familyGrams';
import { gramsAgainstOthers } from './gramsAgainstOthers';
import { type JointOrders, type JointProblem, jointObjective } from './jointProblem';

/** The result of one run of a joint assignment. */
export interface Ascent {
  readonly orders: JointOrders;
  /** S at the start and after each move. It never falls. */
  readonly course: readonly number[];
  readonly passes: number;
  /** True if no network can raise S by itself. */
  readonly converged: boolean;
}

/**
 * Raises S one network at a time: with the others held, S is linear in the permutations of a network, so that an
 * assignment problem gives the best ones exactly. They are taken if they raise S by more than the rounding of the
 * problem. It ends when all networks in a row have stayed as they were.
 */
export async function ascend(problem: JointProblem, start: JointOrders): Promise<Ascent> {
  const { maxPasses, yieldPoint } = problem.settings;
  const orders = [...start];
  const count = orders.length;
  const course = [jointObjective(problem, orders)];
  /** The number of networks in a row that are the best for the others as they are. */
  let settled = 0;
  let passes = 0;
  while (settled < count && passes < maxPasses) {
    passes++;
    for (let k = 0; k < count && settled < count; k++) {
      await yieldPoint();
      const { gain, found } = bestOrder(problem, orders, k);
      settled = gain > 0 ? 1 : settled + 1;
      if (gain === 0) continue;
      orders[k] = found;
      course.push(course.at(-1)! + gain);
    }
  }
  return { orders, course, passes, converged: settled === count };
}

/** The best order of network k with the others held, and the rise of S; 0 where it is within rounding. */
function bestOrder(
  { family, state, settings }: JointProblem,
  orders: JointOrders,
  k: number,
): { readonly gain: number; readonly found: Permutations } {
  const grams = gramsAgainstOthers(family, state.compared, orders, k);
  const found = solveFamily(family, grams, state.permutations[k], settings.solver);
  const { gain, rounding } = riseOf(grams, orders[k], found);
  return { gain: gain > rounding ? gain : 0, found };
}

/** The rise of S, and the most of it that can be an error of float32 in the assignment problem. */
function riseOf(grams: FamilyGrams, before: Permutations, after: Permutations) {
  let [gain, rounding] = [0, 0];
  for (const [name, gram] of grams) {
    if (!gram) continue;
    const [old, now] = [before[name], after[name]];
    gain += pairedValue(gram, now) - pairedValue(gram, old);
    rounding += roundingOf(
      gram,
      old.reduce((moved, unit, u) => moved + Number(unit !== now[u]), 0),
    );
  }
  return { gain, rounding };
}
