import { solveAssignment } from '../assignment/solveAssignment';
import type { Term } from './comparison';
import type { DescentStep } from './coordinateDescent';
import type { MatchResult } from './matchResult';
import { packedProducts } from './products/packedProducts';
import type { Products } from './products/products';
import { type SharedWeights, sharedWeights } from './products/weights';
import { type MatchRun, matchGrams, type RunContext, runMatch } from './runMatch';
import type { MatchThreads } from './threads';

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
  { solver, checkpoint, incremental, onStep }: RunsContext,
): Promise<MatchResult> {
  const grams = matchGrams(products, Object.keys(runs[0].initial), incremental);
  try {
    let best: MatchResult | null = null;
    for (const run of runs) {
      const result = await runMatch(products, grams, run, {
        solver,
        checkpoint,
        onStep: (step) => onStep?.(run.restart, step),
      });
      best = better(best, result);
    }
    return best!;
  } finally {
    grams.dispose();
  }
}

/**
 * Makes the runs on threads and returns the best: whole runs side by side, or, where there is one run
 * alone (or a solver of the user's, which cannot be sent), its products split among the threads.
 */
export async function runsOnThreads(
  { work }: MatchThreads,
  weights: SharedWeights,
  terms: readonly Term[],
  runs: readonly MatchRun[],
  context: RunsContext,
): Promise<MatchResult> {
  const alone = runs.length === 1 && work.matches === 1;
  if (alone || context.solver !== solveAssignment) {
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
