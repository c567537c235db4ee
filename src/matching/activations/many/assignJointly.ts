import { composePermutations, invertPermutations } from '../../../permutation';
import { randomOf } from '../../../symmetry/internal';
import { membersOf } from '../../weights/family';
import { type Ascent, ascend } from './ascend';
import { givenOrders, type JointOrders, type JointProblem, jointObjective } from './jointProblem';
import { jointStarts } from './jointStarts';

/** The joint assignment of a family. */
export interface JointAssignment extends Ascent {
  /** For each pair the most that it alone can reach. */
  readonly bounds: readonly number[];
}

/**
 * Assigns a family in all networks. Runs start from the stars, the best first, then from random orders; the run with
 * the greatest S is kept. A run that reaches the bound is the last.
 */
export async function assignJointly(problem: JointProblem): Promise<JointAssignment> {
  const { orders, bounds, rounding } = await jointStarts(problem);
  const bound = bounds.reduce((sum, each) => sum + each, 0);
  let best = await ascend(problem, orders[0]);
  for (let run = 1; run < problem.settings.restarts; run++) {
    if (endOf(best) >= bound - rounding) break;
    const found = await ascend(problem, orders[run] ?? randomOrders(problem));
    if (endOf(found) > endOf(best)) best = found;
  }
  const given = jointObjective(problem, givenOrders(problem));
  return { ...best, course: risesFrom(given, best), bounds };
}

/** S at the end of a run. */
function endOf({ course }: Ascent): number {
  return course.at(-1)!;
}

/** The steps of a run at which S is above that of the order as given, and the last one. */
function risesFrom(given: number, { course }: Ascent): number[] {
  return course.filter((value, at) => value > given || at === course.length - 1);
}

/** Random orders of a family in all networks, inside the present blocks of the groups around it. */
function randomOrders({ family, state, settings }: JointProblem): JointOrders {
  const groups = membersOf(family);
  return state.permutations.map((own) => randomOf({ groups }, settings.random, own));
}

/** The same orders with all networks moved alike, so that the reference is in the order as given. */
export function inFrameOf(
  problem: JointProblem,
  orders: JointOrders,
  reference: number,
): JointOrders {
  const given = givenOrders(problem)[reference];
  const back = composePermutations(invertPermutations(orders[reference]), given);
  return orders.map((own) => composePermutations(own, back));
}
