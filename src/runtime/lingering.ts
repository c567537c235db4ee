/** The time after its last use for which a value is kept, in milliseconds. */
const KEPT = 1000;

/**
 * A function that returns a value, made at the first call: the same for a second after each use, and then until it is
 * garbage-collected. For memory that is used again by the steps of a computation and not for ever.
 */
export function lingering<T extends object>(make: () => T): () => T {
  let kept: T | null = null;
  let last: WeakRef<T> | undefined;
  let isUsed = false;
  let isWaiting = false;
  return () => {
    const value = kept ?? last?.deref() ?? make();
    if (value !== kept) last = new WeakRef(value);
    kept = value;
    isUsed = true;
    if (!isWaiting) wait();
    return value;
  };

  function wait(): void {
    [isWaiting, isUsed] = [true, false];
    const timer = setTimeout(() => {
      isWaiting = false;
      if (isUsed) wait();
      else kept = null;
    }, KEPT);
    // In Node, a timer would keep the process alive.
    if (typeof timer === 'object') timer.unref();
  }
}
