import type { AssignmentSolver } from '../../assignment';
import type { Permutations } from '../../permutation';
import { randomSource } from '../../runtime';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { FoundMatch } from '../matchResult';
import type { Products } from '../products/products';
import type { Weights } from '../products/weights';
import { coordinateDescent, type DescentStep } from './coordinateDescent';
import type { DescentSetting } from './descentState';
import { type FrankWolfeEnd, frankWolfe } from './frankWolfe/frankWolfe';
import { type Grams, plainGrams } from './grams';
import { type GroupOrder, sweepOrders } from './groupOrder';
import { incrementalGrams } from './incrementalGrams';
import type { MatchMethod } from './matchMethod';
import type { RunPoint } from './runPoint';
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
  /** The point of the same run from which it goes on. Default: its start. */
  readonly point?: RunPoint;
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
  /** Called after every step of a descent. */
  readonly onPoint?: (point: RunPoint) => void;
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
  settings: RunSettings,
): Promise<FoundRun> {
  const { groups, initial, method, point } = run;
  const { solver, yieldPoint, onStep } = settings;
  grams.restart();
  const setting = { target: products, grams, groups, solver, yieldPoint };
  if (point && point.least === null) {
    return descend(setting, run, settings, { initial, iterations: point.iterations, least: null });
  }
  if (!point && method === 'coordinateDescent') {
    return descend(setting, run, settings, { initial, iterations: 0, least: null });
  }
  const before = point ? earlierEnd(point) : await byFrankWolfe();
  const { iterations, initialObjective: least } = before;
  const found = await descend(setting, run, settings, {
    ...{ initial: before.permutations, iterations, least },
  });
  if (found.objective >= least) {
    const after = found.history.filter((objective) => objective >= least);
    return { ...found, history: [least, ...after] };
  }
  // No run ends below its start.
  const anew = { ...run, point: undefined };
  return descend(setting, anew, settings, { initial, iterations, least: null });

  async function byFrankWolfe(): Promise<FrankWolfeEnd> {
    const uniform = await uniformGrams(weights, products.terms, groups, yieldPoint);
    return frankWolfe(setting, { initial, uniform, onStep });
  }
}

/** The end of Frank–Wolfe before a point. */
function earlierEnd({ permutations, iterations, least }: RunPoint): FrankWolfeEnd {
  return { permutations, iterations, initialObjective: least! };
}

/** The start of a descent, and what its points say of the run before it. */
interface DescentStart extends Pick<RunPoint, 'iterations' | 'least'> {
  readonly initial: Permutations;
}

/** Coordinate descent in the orders of the run. */
async function descend(
  setting: DescentSetting,
  { restart, seed, order, maxSweeps, point }: MatchRun,
  { onStep, onPoint }: RunSettings,
  { initial, iterations, least }: DescentStart,
): Promise<FoundRun> {
  const random = runRandom(seed, restart, 'orders');
  const nextOrder = sweepOrders(order, Object.keys(initial), random);
  const found = await coordinateDescent(setting, {
    ...{ initial, nextOrder, maxSweeps, point, onStep },
    onPoint: onPoint && ((own) => onPoint({ ...own, iterations, least })),
  });
  return { ...found, iterations };
}
