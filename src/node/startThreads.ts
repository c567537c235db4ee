import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { assertInteger, assertOptions } from '../checks';
import { invalid, named } from '../errors';
import type { MatchThreads } from '../matching';
import {
  addProducts,
  type JobEvent,
  type JobResult,
  type MatchJob,
  type RowProduct,
  rowLength,
  sharedArray,
  someUnits,
  type ThreadJob,
  type ThreadJobOptions,
  type ThreadWork,
} from '../matching/internal';
import { type SharedSlabs, sharedSlabs } from './sharedSlabs';
import type { JobOutcome, ThreadError, ThreadTask } from './threadTask';

/** The URL of this file. The CommonJS build has no import.meta. */
const ownUrl = import.meta.url ?? pathToFileURL(__filename).href;

/** Number of multiplications below which waking the threads takes longer than the product. */
const LEAST_WORK = 5e8;

/** The most threads: each takes megabytes. */
const MOST_THREADS = 1024;

/**
 * Starts threads for `weightMatch` and `weightMatchFiles`. The threads run without tfjs. Weights are in
 * memory that all threads share. Threads do not keep the process alive.
 *
 * @param options - `count`: the number of threads. Default: `availableParallelism()` of `node:os`.
 * @returns The threads. The caller closes them with `close()`.
 * @throws InvalidInputError if `count` is not an integer in 1 … 1024, or if piscina is not installed. piscina is an
 * optional peer dependency (`npm install piscina`).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { permutationSpec, weightMatch } from 'perm-lmc';
 * import { startThreads } from 'perm-lmc/node';
 *
 * const spec = permutationSpec({ in: '_ h', out: 'h _' });
 * const a = { in: tf.randomNormal([8, 16]), out: tf.randomNormal([16, 4]) };
 * const b = { in: tf.randomNormal([8, 16]), out: tf.randomNormal([16, 4]) };
 * const threads = await startThreads({ count: 2 });
 * const { permutations } = await weightMatch(spec, a, b, { restarts: 4, threads });
 * await threads.close();
 * ```
 */
export async function startThreads(options: { count?: number } = {}): Promise<MatchThreads> {
  return named('startThreads', async () => {
    assertOptions(options, { count: true });
    const { count = availableParallelism() } = options;
    const remedy = 'Leave it out for one thread per processor core';
    assertInteger('count', count, 1, remedy, MOST_THREADS);
    const Pool = await importPool();
    const pool = new Pool({
      filename: new URL('./matchThread.js', ownUrl).href,
      minThreads: count,
      maxThreads: count,
    });
    const slabs = sharedSlabs();
    const work: ThreadWork = {
      matches: 0,
      leastWork: LEAST_WORK,
      closed: false,
      allocate: sharedArray,
      addProducts: (sum, products) => splitProducts(pool, count, slabs, sum, products),
      run: (task, options) => jobOnThread(pool, task, options),
    };
    async function close(): Promise<void> {
      work.closed = true;
      await pool.destroy();
    }
    return { count, close, work };
  });
}

/** The class of piscina, an optional peer dependency. */
async function importPool(): Promise<typeof Piscina> {
  try {
    // The default export: the CommonJS build loses named ones.
    return (await import('piscina')).default;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = /^(ERR_)?MODULE_NOT_FOUND$/.test(code ?? '') && message.includes("'piscina'");
    if (!isMissing) throw error;
    throw invalid(
      'threads need the package piscina, which is not installed',
      'Run `npm install piscina`, or match without threads',
      { cause: error },
    );
  }
}

/** Adds products to `sum` [rows × columns], row-major. Each thread computes some of the rows. */
async function splitProducts(
  pool: Piscina,
  count: number,
  slabs: SharedSlabs,
  sum: Float32Array,
  products: readonly RowProduct[],
): Promise<void> {
  const work = products.reduce((total, { left }) => total + sum.length * rowLength(left), 0);
  if (work < LEAST_WORK) return addProducts(sum, products);
  const rows = products[0].left.units;
  const columns = sum.length / rows;
  const share = 4 * Math.ceil(rows / count / 4);
  const starts = Array.from({ length: Math.ceil(rows / share) }, (_, i) => i * share);
  await slabs.sharing(products, (shared) =>
    Promise.all(
      starts.map((start) => {
        const end = Math.min(start + share, rows);
        const task: ThreadTask = {
          kind: 'products',
          sum: sum.subarray(start * columns, end * columns),
          products: shared.map((product) => ({
            ...product,
            left: someUnits(product.left, start, end),
          })),
        };
        return pool.run(task);
      }),
    ),
  );
}

/** Does a job on a thread. An abort ends the thread, and the pool starts another. */
async function jobOnThread<Job extends MatchJob>(
  pool: Piscina,
  task: ThreadJob<Job>,
  { signal, onEvent }: ThreadJobOptions,
): Promise<JobResult<Job>> {
  const events = onEvent && listenForEvents(onEvent);
  const message: ThreadTask = { kind: 'job', task, events: events?.port ?? null };
  try {
    const [outcome] = await Promise.all([
      pool.run(message, { signal, transferList: events ? [events.port] : [] }) as Promise<
        JobOutcome<Job>
      >,
      events?.ended,
    ]);
    if ('invalid' in outcome) return again(outcome.invalid);
    return outcome.result;
  } finally {
    events?.close();
  }
}

/** Throws the error of a thread again, on this thread. */
function again({ fn, problem, remedy, ...details }: ThreadError): never {
  return named(fn, (): never => {
    throw invalid(problem, remedy, details);
  });
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
