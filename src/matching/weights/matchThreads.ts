import { invalid } from '../../errors';
import type { MatchResult } from '../matchResult';
import type { ProductWork } from '../products/packedProducts';
import type { SharedWeights } from '../products/weights';
import type { DescentStep } from './coordinateDescent';
import type { MatchRun } from './runMatch';
import type { Term } from './term';

/**
 * Threads that matchers share their work among; `startThreads` of `perm-lmc/node` starts them. Give
 * the same ones to as many matches as you like, also at once.
 */
export interface MatchThreads {
  /** How many there are. */
  readonly count: number;
  /** Ends them; what they are doing is given up. */
  close(): Promise<void>;
  /** @internal */
  readonly work: ThreadWork;
}

/** What threads do for a match: products in shared memory, the rows split among the threads; and more. */
export interface ThreadWork extends ProductWork {
  /** How many matches use the threads now. */
  matches: number;
  /** Products of fewer multiplications than this are not split. */
  readonly leastWork: number;
  /** Whether they have been closed. */
  closed: boolean;
  /** Makes a whole run on one thread. */
  run(run: ThreadRun, options: ThreadRunOptions): Promise<MatchResult>;
}

/** A run, and all that it needs. */
export interface ThreadRun {
  readonly run: MatchRun;
  readonly weights: SharedWeights;
  readonly terms: readonly Term[];
  readonly incremental: boolean;
}

/** Who may end a run, and who wants to know of its steps. */
export interface ThreadRunOptions {
  readonly signal: AbortSignal;
  readonly onStep: ((step: DescentStep) => void) | null;
}

/** Throws unless they are threads, and open. */
export function assertThreads(threads: MatchThreads | undefined): void {
  if (threads === undefined) return;
  const isOpen = threads?.work?.closed === false;
  if (!isOpen) {
    throw invalid(
      threads?.work ? 'the threads have been closed' : 'threads are none',
      "Start them with startThreads() of 'perm-lmc/node', and close them after the last match",
    );
  }
}
