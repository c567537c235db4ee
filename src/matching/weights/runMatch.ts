import type { AssignmentSolver } from '../../assignment';
import type { Permutations } from '../../permutation';
import { randomSource } from '../../runtime';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { FoundMatch } from '../matchResult';
import type { Products } from '../products/products';
import { coordinateDescent, type DescentStep } from './coordinateDescent';
import { type Grams, plainGrams } from './grams';
import { type GroupOrder, sweepOrders } from './groupOrder';
import { incrementalGrams } from './incrementalGrams';

/** One run of a match, as data that can be sent to a thread. */
export interface MatchRun {
  readonly restart: number;
  readonly seed: number;
  readonly order: GroupOrder;
  readonly groups: readonly ResolvedGroup[];
  readonly initial: Permutations;
  readonly maxSweeps: number;
}

/** Callbacks and settings of one run. */
export interface RunSettings {
  /** Solves the assignment problems. */
  readonly solver: AssignmentSolver;
  /** Awaited before every step; rejects when the match is aborted. */
  readonly yieldPoint: () => Promise<void>;
  /** Called after every step. */
  readonly onStep: (step: DescentStep) => void;
}

/** The grams of a match, for runs that follow one another. */
export function matchGrams<Matrix>(
  products: Products<Matrix>,
  groups: readonly string[],
  incremental: boolean,
): Grams {
  return incremental ? incrementalGrams(products, groups) : plainGrams(products);
}

/** The random numbers of a run: one stream for its start and one for its orders. */
export function runRandom(seed: number, restart: number, use: 'orders' | 'start') {
  return randomSource(seed, 2 * restart + (use === 'orders' ? 0 : 1));
}

/** Makes a run. The result depends on the arguments alone, not on the thread or on other runs. */
export function runMatch<Matrix>(
  products: Products<Matrix>,
  grams: Grams,
  { restart, seed, order, groups, initial, maxSweeps }: MatchRun,
  settings: RunSettings,
): Promise<FoundMatch> {
  grams.restart();
  const random = runRandom(seed, restart, 'orders');
  const nextOrder = sweepOrders(order, Object.keys(initial), random);
  return coordinateDescent(products, grams, { groups, initial, nextOrder, maxSweeps, ...settings });
}
