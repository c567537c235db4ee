import type { AssignmentSolver } from '../../assignment';
import type { Permutations } from '../../permutation';
import { randomSource } from '../../runtime';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { FoundMatch } from '../matchResult';
import type { Products } from '../products/products';
import type { Weights } from '../products/weights';
import { coordinateDescent, type DescentStep } from './coordinateDescent';
import type { DescentSetting } from './descentState';
import { frankWolfe } from './frankWolfe/frankWolfe';
import { type Grams, plainGrams } from './grams';
import { type GroupOrder, sweepOrders } from './groupOrder';
import { incrementalGrams } from './incrementalGrams';
import type { MatchMethod } from './matchMethod';
import { uniformGrams } from './signatures/signatureSum';

/** The start of a run: unit signatures, the identity, the option `initial`, or random permutations. */
export type RunStart = 'signature' | 'identity' | 'initial' | 'random';

/** One run of a match, as data that can be sent to a thread. */
export interface MatchRun {
  readonly restart: number;
  readonly seed: number;
  readonly order: GroupOrder;
  readonly groups: readonly ResolvedGroup[];
  readonly initial: Permutations;
  /** The origin of `initial`. */
  readonly from: RunStart;
  readonly method: MatchMethod;
  readonly maxSweeps: number;
}

/** The result of a run. */
export interface FoundRun extends FoundMatch {
  /** The number of iterations of Frank–Wolfe. */
  readonly iterations: number;
}

/** The weights of a match and what computes with them, for runs that follow one another. */
export interface MatchEngine<Matrix> {
  readonly weights: Weights;
  readonly products: Products<Matrix>;
  readonly grams: Grams;
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
export async function runMatch<Matrix>(
  { weights, products, grams }: MatchEngine<Matrix>,
  run: MatchRun,
  { solver, yieldPoint, onStep }: RunSettings,
): Promise<FoundRun> {
  const { groups, initial } = run;
  grams.restart();
  const setting = { target: products, grams, groups, solver, yieldPoint };
  if (run.method === 'coordinateDescent') {
    return { ...(await descend(setting, run, initial, onStep)), iterations: 0 };
  }
  const uniform = await uniformGrams(weights, products.terms, groups, yieldPoint);
  const end = await frankWolfe(setting, { initial, uniform, onStep });
  const { iterations, initialObjective } = end;
  const found = await descend(setting, run, end.permutations, onStep);
  if (found.objective >= initialObjective) {
    const after = found.history.filter((objective) => objective >= initialObjective);
    return { ...found, history: [initialObjective, ...after], iterations };
  }
  // No run ends below its start.
  return { ...(await descend(setting, run, initial, onStep)), iterations };
}

/** Coordinate descent in the orders of the run. */
function descend(
  setting: DescentSetting,
  { restart, seed, order, maxSweeps }: MatchRun,
  initial: Permutations,
  onStep: RunSettings['onStep'],
): Promise<FoundMatch> {
  const random = runRandom(seed, restart, 'orders');
  const nextOrder = sweepOrders(order, Object.keys(initial), random);
  return coordinateDescent(setting, { initial, nextOrder, maxSweeps, onStep });
}
