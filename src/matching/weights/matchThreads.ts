import { invalid } from '../../errors';
import type { FoundMatch } from '../matchResult';
import type { ProductWork } from '../products/packedProducts';
import type { SharedWeights } from '../products/weights';
import type { DescentStep } from './coordinateDescent';
import type { MatchRun } from './runMatch';
import type { Term } from './term';

/**
 * Threads for weight matching; `startThreads` of `perm-lmc/node` starts them. Any number of matches can
 * share them, also at once.
 */
export interface MatchThreads {
  /** The number of threads. */
  readonly count: number;
  /** Ends the threads; work in progress is given up. */
  close(): Promise<void>;
  /** @internal */
  readonly work: ThreadWork;
}

/** Work that threads do for matches: products in shared memory, their rows split among the threads, and whole runs. */
export interface ThreadWork extends ProductWork {
  /** The number of matches that use the threads now. */
  matches: number;
  /** Products of fewer multiplications are not split. */
  readonly leastWork: number;
  /** True once the threads have been closed. */
  closed: boolean;
  /** Makes a whole run on one thread. */
  run(run: ThreadRun, options: ThreadRunOptions): Promise<FoundMatch>;
}

/** A run with all data that it needs. */
export interface ThreadRun {
  readonly run: MatchRun;
  readonly weights: SharedWeights;
  readonly terms: readonly Term[];
  readonly incremental: boolean;
}

/** The signal that ends a run, and the callback after each of its steps. */
export interface ThreadRunOptions {
  readonly signal: AbortSignal;
  readonly onStep: ((step: DescentStep) => void) | null;
}

/** Throws unless the threads are open ones of `startThreads`, or left out. */
export function assertThreads(threads: MatchThreads | undefined): void {
  if (threads === undefined) return;
  const isOpen = threads?.work?.closed === false;
  if (!isOpen) {
    throw invalid(
      threads?.work ? 'the threads have been closed' : 'threads was not returned by startThreads()',
      "Start them with startThreads() of 'perm-lmc/node', and close them after the last match",
    );
  }
}
