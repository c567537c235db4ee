import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TrainJob } from './trainJob';
import type { TrainMessage } from './trainWorker';

const worker = fileURLToPath(new URL('./trainWorker.ts', import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/**
 * Trains networks in processes of their own, `atOnce` at a time, and resolves when all are in their files; read
 * them with `readSafetensors(job.path)`. If one fails, the others are stopped, and the promise rejects with its
 * message; they continue from their state files at the next call.
 *
 * @example
 * ```ts
 * const photos = { source: 'cifar', images: 50_000, size: 32 } as const;
 * const jobs = [1, 2].map((seed) => ({ network: 'vgg16-1/8', seed, photos, path: path(`vgg8-${seed}.safetensors`) }));
 * await trainSideBySide(jobs, { say });
 * ```
 */
export async function trainSideBySide(
  jobs: readonly TrainJob[],
  { say = () => {}, atOnce = 2 }: { say?: (what: string) => void; atOnce?: number } = {},
): Promise<void> {
  const waiting = [...jobs];
  const running = new Set<ChildProcess>();
  const work = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) await inProcess(job, say, running);
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    waiting.length = 0;
    for (const child of running) child.kill();
  }
}

function inProcess(
  job: TrainJob,
  say: (what: string) => void,
  running: Set<ChildProcess>,
): Promise<void> {
  const child = fork(worker, [], {
    execArgv: ['--import', loader],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  running.add(child);
  const who = `${job.network}, seed ${job.seed}`;
  let printed = '';
  let failed: string | null = null;
  child.stderr!.on('data', (text: Buffer) => {
    printed = (printed + text).slice(-2000);
  });
  return new Promise((resolve, reject) => {
    let finished = false;
    child.on('message', (message: TrainMessage) => {
      if ('said' in message) say(message.said);
      else if ('failed' in message) failed = message.failed;
      else finished = true;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running.delete(child);
      if (finished) resolve();
      else reject(new Error(`${who}: ${failed ?? `ended with ${signal ?? code}. ${printed}`}`));
    });
    child.send(job);
  });
}
