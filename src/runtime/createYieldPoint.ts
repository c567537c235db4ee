import type { Progress } from './progress';

/** Options of every long-running function. */
export interface LongWorkOptions<Step extends Progress> {
  /** Aborts the work. Its tensors are disposed, and its promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Called during the work. An error that it throws ends the work. It may be async: the work does not wait for it,
   * and if it rejects before the work has ended, the work ends with its error.
   */
  onProgress?: (progress: Step) => unknown;
}

/** The yield point of long work, and the signal that ends it. */
export interface WorkControl {
  readonly signal: AbortSignal | undefined;
  readonly yieldPoint: () => Promise<void>;
}

/**
 * A yield point: a function to await between steps of long work. It yields to the event loop if the last
 * yield was more than 10 ms ago, which keeps a page responsive, then throws the signal's reason if the
 * signal is aborted.
 */
export function createYieldPoint(signal?: AbortSignal): () => Promise<void> {
  let last = Date.now();
  return async () => {
    if (Date.now() - last > 10) {
      await nextTurn();
      last = Date.now();
    } else await null; // A promise of onProgress that has rejected aborts the signal now.
    signal?.throwIfAborted();
  };
}

/** Resolves after one turn of the event loop. Node has a function for it, which does not wait for a timer's millisecond. */
function nextTurn(): Promise<void> {
  if (typeof setImmediate === 'undefined') return later(0);
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Resolves after `ms` milliseconds and at least one turn of the event loop. */
export function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
