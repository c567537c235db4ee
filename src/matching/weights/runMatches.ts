import { solveAssignment } from '../../assignment';
import type { Progress } from '../../runtime';
import type { FoundMatch } from '../matchResult';
import { packedProducts } from '../products/packedProducts';
import type { Products } from '../products/products';
import { type SharedWeights, sharedWeights, shareWeights } from '../products/weights';
import type { DescentStep } from './coordinateDescent';
import type { MatchThreads } from './matchThreads';
import type { PreparedMatch } from './prepareMatch';
import { type MatchRun, matchGrams, type RunSettings, runMatch } from './runMatch';
import type { Term } from './term';

/** Progress of `weightMatch`, after every step. */
export interface WeightMatchProgress extends Progress, DescentStep {
  /** The number of steps of the run so far. */
  readonly done: number;
  /** Always null: a run ends when no group moves, so the number of its steps is not known beforehand. */
  readonly total: null;
  /** The run of the step, from 0. */
  readonly restart: number;
}

/** Callbacks and settings of the runs of a match. */
export interface RunsSettings extends Omit<RunSettings, 'onStep'> {
  readonly incremental: boolean;
  readonly threads: MatchThreads | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: WeightMatchProgress) => void) | undefined;
}

/** Makes the runs of a match, one after another or on threads, and returns the best. */
export async function runMatches(
  match: PreparedMatch,
  settings: RunsSettings,
): Promise<FoundMatch> {
  const { networks, terms, runs } = match;
  const { threads } = settings;
  const share = threads ? threadShare(threads, match, settings) : null;
  if (!threads || !share) return runsInTurn(networks.productsOf(terms), runs, settings);
  const weights = await shareWeights(networks.weights, networks.names);
  if (share === 'runs') return runsOnThreads(threads, weights, terms, runs, settings);
  return runsInTurn(packedProducts(sharedWeights(weights), terms, threads.work), runs, settings);
}

/** Makes one run after another, with the same grams. */
async function runsInTurn<Matrix>(
  products: Products<Matrix>,
  runs: readonly MatchRun[],
  { solver, yieldPoint, incremental, onProgress }: RunsSettings,
): Promise<FoundMatch> {
  const grams = matchGrams(products, Object.keys(runs[0].initial), incremental);
  try {
    let best: FoundMatch | null = null;
    for (const run of runs) {
      const onStep = countedSteps(run, onProgress) ?? (() => {});
      const result = await runMatch(products, grams, run, { solver, yieldPoint, onStep });
      best = best ? bestOf([best, result]) : result;
    }
    return best!;
  } finally {
    grams.dispose();
  }
}

/** A function that passes the steps of a run to `onProgress` with their count; null without `onProgress`. */
function countedSteps(
  { restart }: MatchRun,
  onProgress: RunsSettings['onProgress'],
): ((step: DescentStep) => void) | null {
  if (!onProgress) return null;
  let done = 0;
  return (step) => {
    done++;
    onProgress({ done, total: null, restart, ...step });
  };
}

/** Makes each run on a thread, side by side. */
async function runsOnThreads(
  { work }: MatchThreads,
  weights: SharedWeights,
  terms: readonly Term[],
  runs: readonly MatchRun[],
  { incremental, signal, onProgress }: RunsSettings,
): Promise<FoundMatch> {
  const failure = new AbortController();
  const results = await Promise.allSettled(
    runs.map(async (run) => {
      try {
        return await work.run(
          { run, weights, terms, incremental },
          {
            // A signal for each run: Node warns of many listeners on one signal.
            signal: AbortSignal.any(signal ? [signal, failure.signal] : [failure.signal]),
            onStep: countedSteps(run, onProgress),
          },
        );
      } catch (error) {
        failure.abort(error); // The first failure ends the other runs.
        throw error;
      }
    }),
  );
  signal?.throwIfAborted();
  failure.signal.throwIfAborted();
  return bestOf(results.map((result) => (result as PromiseFulfilledResult<FoundMatch>).value));
}

/**
 * The work to give to threads: whole runs if there are several runs, or several matches at once, and the
 * solver is our own (a function of the user's cannot be sent); else products, if one is large enough; else null.
 */
function threadShare(
  { work }: MatchThreads,
  { networks: { weights }, terms, runs }: PreparedMatch,
  { solver }: RunsSettings,
): 'runs' | 'products' | null {
  const several = runs.length > 1 || work.matches > 1;
  if (several && solver === solveAssignment) return 'runs';
  const isLarge = ({ param, places }: Term) => {
    const size = weights.shape(param).reduce((product, length) => product * length, 1);
    return places.some(({ units }) => units * size >= work.leastWork);
  };
  return terms.some(isLarge) ? 'products' : null;
}

/** The result with the greatest objective; the first among equals. */
function bestOf(results: readonly FoundMatch[]): FoundMatch {
  return results.reduce((best, next) => (next.objective > best.objective ? next : best));
}
