import { solveAssignment } from '../../assignment';
import { sizeOf } from '../../params/internal';
import type { MatchResult } from '../matchResult';
import { packedProducts } from '../products/packedProducts';
import type { Products } from '../products/products';
import { type SharedWeights, sharedWeights, type Weights } from '../products/weights';
import type { DescentStep } from './coordinateDescent';
import type { MatchThreads } from './matchThreads';
import { type MatchRun, matchGrams, type RunContext, runMatch } from './runMatch';
import type { Term } from './term';

/** Whom the runs of a match ask and tell. */
export interface RunsContext extends Omit<RunContext, 'onStep'> {
  readonly incremental: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onStep: ((restart: number, step: DescentStep) => void) | null;
}

/** Makes one run after another, with the same grams, and returns the best. */
export async function runsInTurn<Matrix>(
  products: Products<Matrix>,
  runs: readonly MatchRun[],
  { solver, yieldPoint, incremental, onStep }: RunsContext,
): Promise<MatchResult> {
  const grams = matchGrams(products, Object.keys(runs[0].initial), incremental);
  try {
    let best: MatchResult | null = null;
    for (const run of runs) {
      const result = await runMatch(products, grams, run, {
        solver,
        yieldPoint,
        onStep: (step) => onStep?.(run.restart, step),
      });
      best = better(best, result);
    }
    return best!;
  } finally {
    grams.dispose();
  }
}

/** What threads are given: whole runs, or the products of runs that are made here. */
export type ThreadShare = 'runs' | 'products';

/**
 * What of these runs to give to threads: whole runs where there are several, or several matches at once
 * (a solver of the user's cannot be sent); else the products, if any is large enough; else nothing.
 */
export function threadShare(
  { work }: MatchThreads,
  weights: Weights,
  terms: readonly Term[],
  runs: readonly MatchRun[],
  { solver }: RunsContext,
): ThreadShare | null {
  const several = runs.length > 1 || work.matches > 1;
  if (several && solver === solveAssignment) return 'runs';
  const isLarge = ({ param, places }: Term) => {
    const size = sizeOf(weights.shape(param));
    return places.some(({ units }) => units * size >= work.leastWork);
  };
  return terms.some(isLarge) ? 'products' : null;
}

/** Makes the runs, giving threads their share, and returns the best. */
export async function runsOnThreads(
  { work }: MatchThreads,
  share: ThreadShare,
  weights: SharedWeights,
  terms: readonly Term[],
  runs: readonly MatchRun[],
  context: RunsContext,
): Promise<MatchResult> {
  if (share === 'products') {
    return runsInTurn(packedProducts(sharedWeights(weights), terms, work), runs, context);
  }
  const { signal, onStep, incremental } = context;
  const failure = new AbortController();
  const results = await Promise.allSettled(
    runs.map(async (run) => {
      try {
        return await work.run(
          { run, weights, terms, incremental },
          {
            // One of its own for each: Node warns of many listeners on the same.
            signal: AbortSignal.any(signal ? [signal, failure.signal] : [failure.signal]),
            onStep: onStep && ((step) => onStep(run.restart, step)),
          },
        );
      } catch (error) {
        failure.abort(error); // One has failed: the others are given up.
        throw error;
      }
    }),
  );
  signal?.throwIfAborted();
  failure.signal.throwIfAborted();
  return results
    .map((result) => (result as PromiseFulfilledResult<MatchResult>).value)
    .reduce<MatchResult | null>(better, null)!;
}

/** The better of two results; the first, of equals. */
function better(first: MatchResult | null, second: MatchResult): MatchResult {
  return first === null || second.objective > first.objective ? second : first;
}
