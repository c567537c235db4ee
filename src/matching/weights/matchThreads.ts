import { invalid } from '../../errors';
import type { Permutations } from '../../permutation';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { ProductWork } from '../products/productWork';
import type { SharedWeights } from '../products/weights';
import type { JobEvent, JobResult, MatchJob } from './matchJob';
import type { Term } from './term';

/**
 * Threads for weight matching, started by `startThreads` of `perm-lmc/node`. Any number of matches can share
 * them, also at the same time.
 */
export interface MatchThreads {
  /** The number of threads. */
  readonly count: number;
  /** Ends the threads. Work in progress is abandoned. */
  close(): Promise<void>;
  /** @internal */
  readonly work: ThreadWork;
}

/** Work of threads for matches: whole jobs, and products in shared memory, their rows split among the threads. */
export interface ThreadWork extends ProductWork {
  /** The number of matches that use the threads now. */
  matches: number;
  /** The fewest multiplications of a product that is split. */
  readonly leastWork: number;
  /** True once the threads have been closed. */
  closed: boolean;
  /** The number of threads that begin a task at once. They receive it before the caller waits for anything. */
  free(): number;
  /** The start of some families of groups, found on a thread. */
  start(task: StartTask): Promise<Permutations>;
  /** Does a whole job on one thread. */
  run<Job extends MatchJob>(
    task: ThreadJob<Job>,
    options: ThreadJobOptions,
  ): Promise<JobResult<Job>>;
}

/** Families of groups whose start is to be found, with all data that it needs. */
export interface StartTask {
  readonly weights: SharedWeights;
  readonly terms: readonly Term[];
  readonly groups: readonly ResolvedGroup[];
}

/** A job with all data that it needs. */
export interface ThreadJob<Job extends MatchJob = MatchJob> {
  readonly job: Job;
  readonly weights: SharedWeights;
  readonly terms: readonly Term[];
  readonly incremental: boolean;
}

/** The signal that ends a job, and the callback for its events. */
export interface ThreadJobOptions {
  readonly signal: AbortSignal | undefined;
  readonly onEvent: ((event: JobEvent) => void) | null;
}

/** Throws unless the threads are open ones of `startThreads`, or left out. */
export function assertThreads(threads: MatchThreads | undefined): void {
  if (threads === undefined) return;
  const isOpen = threads?.work?.closed === false;
  if (!isOpen) {
    throw invalid(
      threads?.work ? 'the threads have been closed' : 'threads was not returned by startThreads()',
      "Start them with startThreads() of 'perm-lmc/node', and close them after the last match",
      { param: 'threads' },
    );
  }
}
