import { isPromise } from '../checks';
import { anySignal } from './anySignal';
import type { LongWorkOptions } from './createYieldPoint';
import type { Progress } from './progress';

/** The signal and the callback of one run of long work. */
interface LongWork<Step extends Progress> {
  /** Aborted with the caller's signal, and by a rejection of `onProgress` with its error as the reason. */
  readonly signal: AbortSignal | undefined;
  /** Passes a step to the caller's function; undefined if there is none. */
  readonly onProgress: ((progress: Step) => void) | undefined;
}

/**
 * The signal and the callback of long work, from options that `assertOptions` has checked. If the caller's `onProgress`
 * returns a promise that rejects, the signal is aborted with its error, so that the work ends as if it had been thrown.
 * After the end of the work the rejection has no effect.
 */
export function longWork<Step extends Progress>({
  signal,
  onProgress,
}: LongWorkOptions<Step>): LongWork<Step> {
  if (!onProgress) return { signal, onProgress: undefined };
  const failure = new AbortController();
  return {
    signal: anySignal(signal, failure.signal),
    onProgress(progress) {
      const returned: unknown = onProgress(progress);
      if (isPromise(returned)) returned.then(undefined, (error) => failure.abort(error));
    },
  };
}
