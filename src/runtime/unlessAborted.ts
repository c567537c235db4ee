/**
 * The result of a promise that the caller's code made. On abort it rejects with the signal's reason at once, also
 * if the promise is never settled.
 *
 * @param work - The promise. If it rejects after the abort, its error is dropped.
 * @param discard - Receives a result that comes after the abort, to dispose the tensors that nobody else has.
 */
export function unlessAborted<T>(
  work: T | PromiseLike<T>,
  signal: AbortSignal | undefined,
  discard: (late: T) => void = () => {},
): Promise<T> {
  const result = Promise.resolve(work);
  if (!signal) return result;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    const settle = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    result.then(
      (value) => {
        settle();
        if (signal.aborted) discard(value);
        resolve(value);
      },
      (error) => {
        settle();
        reject(error);
      },
    );
  });
}
