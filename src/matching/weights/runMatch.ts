import type { AssignmentSolver } from '../../assignment';
import type { Permutations } from '../../permutation';
import { randomSource } from '../../runtime';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { MatchResult } from '../matchResult';
import type { Products } from '../products/products';
import { coordinateDescent, type DescentStep } from './coordinateDescent';
import type { Grams } from './grams';
import { plainGrams } from './grams';
import { type GroupOrder, sweepOrders } from './groupOrder';
import { incrementalGrams } from './incrementalGrams';

/** One of a match's runs, as data: it can be sent to a thread. */
export interface MatchRun {
  readonly restart: number;
  readonly seed: number;
  readonly order: GroupOrder;
  readonly groups: readonly ResolvedGroup[];
  readonly initial: Permutations;
  readonly maxSweeps: number;
}

/** Whom a run asks and tells. */
export interface RunContext {
  readonly solver: AssignmentSolver;
  readonly yieldPoint: () => Promise<void>;
  readonly onStep: (step: DescentStep) => void;
}

/** The grams of a match, for all of its runs one after another. */
export function matchGrams<Matrix>(
  products: Products<Matrix>,
  groups: readonly string[],
  incremental: boolean,
): Grams {
  return incremental ? incrementalGrams(products, groups) : plainGrams(products);
}

/** Where the random numbers of a run come from: one stream for its start, one for its orders. */
export function runRandom(seed: number, restart: number, use: 'orders' | 'start') {
  return randomSource(seed, 2 * restart + (use === 'orders' ? 0 : 1));
}

/** Makes a run. The result depends on nothing but the arguments, wherever it is made. */
export function runMatch<Matrix>(
  products: Products<Matrix>,
  grams: Grams,
  { restart, seed, order, groups, initial, maxSweeps }: MatchRun,
  context: RunContext,
): Promise<MatchResult> {
  grams.restart();
  const random = runRandom(seed, restart, 'orders');
  const nextOrder = sweepOrders(order, Object.keys(initial), random);
  return coordinateDescent(products, grams, { groups, initial, nextOrder, maxSweeps, ...context });
}
