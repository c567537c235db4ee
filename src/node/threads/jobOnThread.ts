import { MessageChannel } from 'node:worker_threads';
import type {
  JobEvent,
  JobResult,
  MatchJob,
  ThreadJob,
  ThreadJobOptions,
} from '../../matching/internal';
import type { ThreadPool } from './threadPool';

/** Does a job on a thread. An abort ends the thread, and the pool starts another. */
export async function jobOnThread<Job extends MatchJob>(
  pool: ThreadPool,
  task: ThreadJob<Job>,
  { signal, onEvent }: ThreadJobOptions & { readonly signal: AbortSignal },
): Promise<JobResult<Job>> {
  const events = onEvent && listenForEvents(onEvent);
  const transferList = events ? [events.port] : [];
  try {
    const [result] = await Promise.all([
      pool.run({ kind: 'job', task, events: events?.port ?? null }, { signal, transferList }),
      events?.ended,
    ]);
    return result as JobResult<Job>;
  } finally {
    events?.close();
  }
}

/** A port that receives the events of a thread. `ended` resolves after the last one, or rejects if `onEvent` throws. */
function listenForEvents(onEvent: (event: JobEvent) => void) {
  const { port1, port2 } = new MessageChannel();
  const ended = new Promise<void>((resolve, reject) => {
    port1.on('message', (event: JobEvent | null) => {
      if (event === null) return resolve();
      try {
        onEvent(event);
      } catch (error) {
        reject(error);
      }
    });
  });
  return { port: port2, ended, close: () => port1.close() };
}
