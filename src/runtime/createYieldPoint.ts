import type { Progress } from './progress';

/** Options of every function whose work takes long. */
export interface LongWorkOptions<Step extends Progress> {
  /** Aborts the work: it then rejects with the signal's reason, having disposed what it made. */
  signal?: AbortSignal;
  /** Called as the work goes on. What it throws ends the work with that error. */
  onProgress?: (progress: Step) => void;
}

/**
 * A function to await between steps of long work: it gives the event loop a turn when the last one
 * is more than 10 ms ago, so that a page stays responsive and an abort is heard, then throws the
 * signal's reason if it was aborted.
 */
export function createYieldPoint(signal?: AbortSignal): () => Promise<void> {
  let last = Date.now();
  return async () => {
    if (Date.now() - last > 10) {
      await later(0);
      last = Date.now();
    }
    signal?.throwIfAborted();
  };
}

/** Resolves after so many ms, the event loop having had a turn. */
export function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
