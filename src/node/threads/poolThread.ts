import { type TransferListItem, Worker } from 'node:worker_threads';
import { invalid, named } from '../../errors';
import type { ThreadError, ThreadMessage, ThreadTask } from './threadTask';

/** A thread, which performs one task at a time. It keeps the process alive while it does. */
export interface PoolThread {
  /** True if it has no task and has not ended. */
  isFree(): boolean;
  /** True if it is free and has started, so that it begins a task at once. */
  isReady(): boolean;
  /** Performs a task. Rejects if the task fails or the thread ends. */
  perform(task: ThreadTask, transfer?: readonly TransferListItem[]): Promise<unknown>;
  /** Ends the thread at once. */
  end(): Promise<void>;
}

/** Callbacks of a thread. */
export interface ThreadEvents {
  /** Called when a task has ended and the thread is free. */
  onFree(): void;
  /** Called when the thread has ended, for whatever reason. */
  onEnd(): void;
}

/** Settles the promise of a task. */
interface Pending {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Starts a thread.
 *
 * @param program - The file that it runs.
 */
export function poolThread(program: URL, { onFree, onEnd }: ThreadEvents): PoolThread {
  // Without the flags of this process: the program is one file and needs no loaders.
  const worker = new Worker(program, { execArgv: [] });
  let state: 'starting' | 'ready' | 'ended' = 'starting';
  let pending: Pending | null = null;

  worker.on('message', (message: ThreadMessage) => {
    if (message.kind === 'ready') {
      state = 'ready';
      return;
    }
    const task = endTask();
    if (message.kind === 'done') task?.resolve(message.result);
    else if (message.kind === 'invalid') task?.resolve(again(message.error));
    else task?.reject(message.error);
    onFree();
  });
  worker.on('error', fail);
  worker.on('exit', (code) => {
    fail(new Error(`a thread has ended with code ${code}`));
    onEnd();
  });
  worker.unref();

  return {
    isFree: () => state !== 'ended' && pending === null,
    isReady: () => state === 'ready' && pending === null,
    perform(task, transfer = []) {
      return new Promise((resolve, reject) => {
        worker.postMessage(task, transfer);
        worker.ref();
        pending = { resolve, reject };
      });
    },
    async end() {
      state = 'ended';
      await worker.terminate();
    },
  };

  function fail(error: unknown): void {
    state = 'ended';
    endTask()?.reject(error);
  }

  function endTask(): Pending | null {
    const task = pending;
    pending = null;
    worker.unref();
    return task;
  }
}

/** A promise that rejects with the error of a thread. */
function again({ fn, problem, remedy, ...details }: ThreadError): Promise<never> {
  return named(fn, async () => {
    throw invalid(problem, remedy, details);
  });
}
