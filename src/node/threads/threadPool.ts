import type { TransferListItem } from 'node:worker_threads';
import { type PoolThread, poolThread } from './poolThread';
import type { ThreadTask } from './threadTask';

/** Threads, started when there is work for them. */
export interface ThreadPool {
  /** Raises the most threads to this number. */
  allow(count: number): void;
  /**
   * Performs a task on the next free thread. An abort ends the thread, or takes the task out of the queue; another
   * thread is started when it is needed.
   */
  run(task: ThreadTask, options: TaskOptions): Promise<unknown>;
  /**
   * Threads that can begin a task at once, at most `most`. Missing threads are started, for a later call. Callers
   * give them tasks before they wait for anything.
   */
  ready(most: number): PoolThread[];
  /** Ends all threads. Work in progress and in the queue is rejected. */
  close(): Promise<void>;
}

/** The signal that ends a task, and what is moved to its thread. */
export interface TaskOptions {
  readonly signal: AbortSignal;
  readonly transfer: readonly TransferListItem[];
}

/** A task that no thread has begun. */
interface WaitingTask {
  begin(thread: PoolThread): void;
  reject(error: unknown): void;
}

/**
 * A pool without threads, and without room for any.
 *
 * @param program - The file that threads run.
 */
export function threadPool(program: URL): ThreadPool {
  const threads = new Set<PoolThread>();
  const waiting = new Set<WaitingTask>();
  let most = 0;

  return {
    allow(count) {
      most = Math.max(most, count);
      serve();
    },
    run(task, { signal, transfer }) {
      return new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const own: WaitingTask = {
          reject,
          begin(thread) {
            const end = () => void thread.end();
            signal.removeEventListener('abort', leave);
            signal.addEventListener('abort', end);
            thread
              .perform(task, transfer)
              .finally(() => signal.removeEventListener('abort', end))
              // A thread that is ended rejects with an error of its own.
              .then(resolve, (error) => reject(signal.aborted ? signal.reason : error));
          },
        };
        const leave = () => {
          waiting.delete(own);
          reject(signal.reason);
        };
        signal.addEventListener('abort', leave);
        waiting.add(own);
        serve();
      });
    },
    ready(count) {
      while (threads.size < Math.min(count, most)) start();
      return [...threads].filter((thread) => thread.isReady()).slice(0, count);
    },
    async close() {
      for (const task of waiting) task.reject(new Error('the threads have been closed'));
      waiting.clear();
      most = 0;
      await Promise.all(Array.from(threads, (thread) => thread.end()));
    },
  };

  /** Begins waiting tasks, as long as there is a free thread or room for a new one. */
  function serve(): void {
    for (const task of waiting) {
      const free = [...threads].find((thread) => thread.isFree());
      if (!free && threads.size >= most) return;
      waiting.delete(task);
      task.begin(free ?? start());
    }
  }

  function start(): PoolThread {
    const thread = poolThread(program, {
      onFree: serve,
      onEnd() {
        threads.delete(thread);
        serve();
      },
    });
    threads.add(thread);
    return thread;
  }
}
