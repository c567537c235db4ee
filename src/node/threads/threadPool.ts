import type { MessagePort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { invalid, named } from '../../errors';
import type { TaskOutcome, ThreadError, ThreadTask } from './threadTask';

/** Threads, started when there is work for them. */
export interface ThreadPool {
  /**
   * Performs a task on the next free thread. An abort takes it out of the queue or ends its thread, and another
   * thread takes its place.
   */
  run(task: ThreadTask, options?: TaskOptions): Promise<unknown>;
  /** The number of threads that have started and have no task. The first call starts all, for later ones. */
  free(): number;
  /** Ends all threads. Work in progress and in the queue is rejected. */
  close(): Promise<void>;
}

/** The signal that ends a task, and what is moved to its thread. */
interface TaskOptions {
  readonly signal?: AbortSignal;
  readonly transferList?: MessagePort[];
}

/**
 * A pool of piscina's threads, none of which has started.
 *
 * @param filename - The program of a thread.
 */
export function threadPool(Pool: typeof Piscina, filename: string, count: number): ThreadPool {
  let threads: Piscina | null = null;
  let [started, busy] = [0, 0];

  return {
    run,
    free: () => {
      start();
      return Math.max(0, started - busy);
    },
    async close() {
      await threads?.destroy();
    },
  };

  async function run(task: ThreadTask, options: TaskOptions = {}): Promise<unknown> {
    busy++;
    try {
      const outcome: TaskOutcome = await start().run(task, options);
      return 'invalid' in outcome ? again(outcome.invalid) : outcome.result;
    } catch (error) {
      options.signal?.throwIfAborted(); // Piscina rejects with an error of its own.
      throw error;
    } finally {
      busy--;
    }
  }

  function start(): Piscina {
    if (threads) return threads;
    const own = new Pool({ filename, minThreads: count, maxThreads: count });
    own.on('error', () => {}); // A thread that dies without a task is replaced. Unheard, the event would end the process.
    const countOne = () => {
      started++;
    };
    for (let i = 0; i < count; i++) own.run({ kind: 'nothing' }).then(countOne, () => {});
    threads = own;
    return own;
  }
}

/** Throws the error of a thread again, on this thread. */
function again({ fn, problem, remedy, ...details }: ThreadError): never {
  return named(fn, (): never => {
    throw invalid(problem, remedy, details);
  });
}
