import type { BackendChoice, Images, Request, Response, TaskName, Tasks } from '../protocol';

/** The interface to the worker. */
export interface Engine {
  /** Starts a new worker with this backend. The previous worker and its tasks are cancelled. */
  start(choice: BackendChoice, images: Images): Promise<Tasks['start']['output']>;
  /**
   * Runs a task on the worker, which begins it once its backend has started. Rejects with an AbortError on abort, and
   * with an error if the worker is lost.
   */
  call<Name extends TaskName>(
    task: Name,
    input: Tasks[Name]['input'],
    options?: CallOptions<Tasks[Name]['progress']>,
  ): Promise<Tasks[Name]['output']>;
}

/** Cancellation and progress of a task. */
interface CallOptions<Progress> {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

interface Pending {
  resolve(output: unknown): void;
  reject(error: Error): void;
  onProgress(progress: unknown): void;
}

/** The end of a worker that the page did not ask for. */
interface EngineEvents {
  /** Called when a started worker fails or loses its graphics device. Its tasks are rejected with the same error. */
  onLost(error: Error): void;
  /** Called when a worker was ended because it did not stop a cancelled task. */
  onEnded(): void;
}

/** The milliseconds in which a worker must stop a cancelled task. */
const GRACE = 3000;

/** Creates the interface to a worker that is not started yet. */
export function createEngine({ onLost, onEnded }: EngineEvents): Engine {
  const pending = new Map<number, Pending>();
  let worker: Worker | null = null;
  let hasStarted = false;
  let lastId = 0;

  function stop(error: Error): void {
    worker?.terminate();
    worker = null;
    const open = [...pending.values()];
    pending.clear();
    for (const { reject } of open) reject(error);
  }

  function lose(reason: string): void {
    const error = named(
      'LostError',
      `${reason} The current task has stopped; your networks and files are intact.`,
    );
    stop(error);
    // A worker that never started would fail again.
    if (hasStarted) onLost(error);
  }

  /** Ends a worker that receives no messages while it computes. */
  function end(): void {
    stop(named('AbortError', 'the task was cancelled'));
    onEnded();
  }

  function hear(response: Response): void {
    if (response.kind === 'lost') {
      lose(response.message);
      return;
    }
    const task = pending.get(response.id);
    if (response.kind === 'progress') task?.onProgress(response.progress);
    else {
      pending.delete(response.id);
      if (response.kind === 'done') task?.resolve(response.output);
      else task?.reject(named(response.name, response.message));
    }
  }

  const call: Engine['call'] = (task, input, { signal, onProgress } = {}) =>
    new Promise((resolve, reject) => {
      if (!worker) throw new Error('Nothing can be computed: choose another backend.');
      signal?.throwIfAborted();
      const id = ++lastId;
      const used = worker;
      let grace: ReturnType<typeof setTimeout> | undefined;
      const cancel = () => {
        used.postMessage({ id, task: 'cancel' } satisfies Request);
        grace = setTimeout(end, GRACE);
      };
      signal?.addEventListener('abort', cancel);
      const done = () => {
        clearTimeout(grace);
        signal?.removeEventListener('abort', cancel);
      };
      pending.set(id, {
        resolve: (output) => {
          done();
          resolve(output as never);
        },
        reject: (error) => {
          done();
          reject(error);
        },
        onProgress(progress) {
          if (!signal?.aborted) onProgress?.(progress as never);
        },
      });
      used.postMessage({ id, task, input } as Request);
    });

  return {
    call,
    async start(choice, images) {
      stop(named('AbortError', 'another backend was chosen'));
      hasStarted = false;
      worker = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' });
      worker.addEventListener('message', ({ data }) => hear(data));
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        hear({
          kind: 'lost',
          message: `The worker failed: ${event.message || 'it could not be loaded'}.`,
        });
      });
      const started = await call('start', { choice, images });
      hasStarted = true;
      return started;
    },
  };
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
