/** A signal as memory that threads can read. */
export interface StopFlag {
  /** 1 once the signal has been aborted: `[1]`. */
  readonly memory: Int32Array;
  isSet(): boolean;
  /** Ends listening to the signal. */
  release(): void;
}

/** The flag of a signal; null without one. In a page without shared memory it is ordinary memory. */
export function stopFlag(signal: AbortSignal | null): StopFlag | null {
  if (!signal) return null;
  const isShared = typeof SharedArrayBuffer !== 'undefined';
  const memory = new Int32Array(isShared ? new SharedArrayBuffer(4) : new ArrayBuffer(4));
  const set = () => {
    Atomics.store(memory, 0, 1);
  };
  if (signal.aborted) set();
  signal.addEventListener('abort', set);
  return {
    memory,
    isSet: () => Atomics.load(memory, 0) === 1,
    release: () => signal.removeEventListener('abort', set),
  };
}
