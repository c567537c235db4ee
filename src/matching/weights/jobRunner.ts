import { solveAssignment } from '../../assignment';
import type { Products } from '../products/products';
import { shareWeights } from '../products/weights';
import { type JobEvent, type JobResult, type MatchJob, matchJob } from './matchJob';
import type { MatchThreads } from './matchThreads';
import type { PlannedMatch } from './prepareMatch';
import { type MatchEngine, matchGrams, type RunSettings } from './runMatch';
import { sideBySide } from './sideBySide';
import { isKept } from './threadedNetworks';

/** Settings of the jobs of a match. */
export interface JobSettings extends Omit<RunSettings, 'onStep' | 'onPoint'> {
  readonly incremental: boolean;
  readonly threads: MatchThreads | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Does the jobs of a match, one after another or on threads. */
export interface JobRunner {
  /**
   * Does jobs and returns their results in the same order. The first failure ends all.
   *
   * @param onEvent - Called for the events of the job at an index; null where nobody listens.
   */
  run<Job extends MatchJob>(
    jobs: readonly Job[],
    onEvent: ((job: number, event: JobEvent) => void) | null,
  ): Promise<JobResult<Job>[]>;
  dispose(): void;
}

/**
 * A runner for a match.
 *
 * @param severalJobs - True if the match has several jobs that do not wait for each other.
 */
export async function jobRunner(
  match: PlannedMatch,
  severalJobs: boolean,
  settings: JobSettings,
): Promise<JobRunner> {
  const { networks, terms } = match;
  const { threads, solver, incremental } = settings;
  const several = severalJobs || (threads !== undefined && threads.work.matches > 1);
  // A function of the user's cannot be sent to a thread.
  const areSent = several && solver === solveAssignment && isKept(networks);
  if (threads && areSent && typeof SharedArrayBuffer !== 'undefined') {
    const weights = networks.shared ?? (await shareWeights(networks.weights, networks.names));
    return onThreads(threads, { weights, terms, incremental }, settings);
  }
  return inTurn(networks.weights, networks.productsOf(terms), match, settings);
}

/** One job after another, with the same grams. */
function inTurn<Matrix>(
  weights: MatchEngine<Matrix>['weights'],
  products: Products<Matrix>,
  { networks: { resolved } }: PlannedMatch,
  { incremental, solver, yieldPoint }: JobSettings,
): JobRunner {
  const groups = resolved.groups.map(({ name }) => name);
  const grams = matchGrams(products, groups, incremental);
  const engine = { weights, products, grams };
  return {
    async run(jobs, onEvent) {
      const results: JobResult<(typeof jobs)[number]>[] = [];
      for (const [at, job] of jobs.entries()) {
        const tell = (event: JobEvent) => onEvent?.(at, event);
        results.push(await matchJob(engine, job, { solver, yieldPoint }, tell));
      }
      return results;
    },
    dispose: () => grams.dispose(),
  };
}

/** Each job on a thread, side by side. */
function onThreads(
  threads: MatchThreads,
  data: Omit<Parameters<MatchThreads['work']['run']>[0], 'job'>,
  { signal }: JobSettings,
): JobRunner {
  return {
    async run<Job extends MatchJob>(
      jobs: readonly Job[],
      onEvent: ((job: number, event: JobEvent) => void) | null,
    ) {
      const tasks = [...jobs.entries()];
      return sideBySide(tasks, threads, signal, ([at, job], ownSignal) =>
        threads.work.run(
          { ...data, job },
          { signal: ownSignal, onEvent: onEvent && ((event) => onEvent(at, event)) },
        ),
      );
    },
    dispose() {},
  };
}
