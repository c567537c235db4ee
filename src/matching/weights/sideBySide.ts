import type { MatchThreads } from './matchThreads';

/**
 * The results of tasks, in their order. Without threads they are done one after another; with threads as many at
 * a time as there are threads. After a failure no task is begun, and the signal ends those on threads; the error is
 * thrown when none is running.
 */
export async function sideBySide<Task, Result>(
  tasks: readonly Task[],
  threads: MatchThreads | undefined,
  signal: AbortSignal | undefined,
  work: (task: Task, signal: AbortSignal | undefined) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  if (!threads || tasks.length < 2) {
    try {
      for (const task of tasks) results.push(await work(task, signal));
    } catch (error) {
      signal?.throwIfAborted(); // A thread that ends rejects with an error of its own.
      throw error;
    }
    return results;
  }
  const failure = new AbortController();
  const queue = tasks.entries();
  const lane = async () => {
    for (const [at, task] of queue) {
      if (failure.signal.aborted) return;
      try {
        // A signal for each task: Node warns of many listeners on one signal.
        const own = AbortSignal.any(signal ? [signal, failure.signal] : [failure.signal]);
        results[at] = await work(task, own);
      } catch (error) {
        failure.abort(error);
      }
    }
  };
  threads.work.matches++; // Even the first match of the lanes is one of several.
  try {
    await Promise.all(Array.from({ length: threads.count }, lane));
  } finally {
    threads.work.matches--;
  }
  signal?.throwIfAborted();
  failure.signal.throwIfAborted();
  return results;
}
