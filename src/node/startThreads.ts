import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { assertInteger, assertOptions } from '../checks';
import { invalid, named } from '../errors';
import type { DescentStep, MatchThreads } from '../matching';
import {
  addProducts,
  type FoundMatch,
  type RowProduct,
  rowLength,
  sharedArray,
  someUnits,
  type ThreadRun,
  type ThreadRunOptions,
  type ThreadWork,
} from '../matching/internal';
import type { RunOutcome, ThreadTask } from './threadTask';

/** This file's; in the CommonJS build there is no import.meta. */
const ownUrl = import.meta.url ?? pathToFileURL(__filename).href;

/** Products of fewer multiplications than this take no longer than to wake the threads for them. */
const LEAST_WORK = 5e8;

/**
 * Starts threads for `weightMatch`. They hold no tensors and know nothing of tfjs; the weights are
 * shared with them, not copied to each. They do not keep the process alive, and end with it.
 *
 * @param options - `count`, how many. Default: as many as the machine runs at once.
 * @returns The threads; the caller closes them when they are not needed any more.
 * @throws InvalidInputError when `count` is no integer ≥ 1, or piscina is not installed: it is an optional peer
 * dependency of this package (`npm install piscina`).
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
    assertInteger('count', count, 1, 'Leave it out for as many as the machine runs at once');
    const Pool = await importPool();
    const pool = new Pool({
      filename: new URL('./matchThread.js', ownUrl).href,
      minThreads: count,
      maxThreads: count,
    });
    const work: ThreadWork = {
      matches: 0,
      leastWork: LEAST_WORK,
      closed: false,
      allocate: sharedArray,
      addProducts: (sum, products) => splitProducts(pool, count, sum, products),
      run: (task, options) => runOnThread(pool, task, options),
    };
    async function close(): Promise<void> {
      work.closed = true;
      await pool.destroy();
    }
    return { count, close, work };
  });
}

/** The class of piscina, which is installed by those who use threads. */
async function importPool(): Promise<typeof Piscina> {
  try {
    // The default export: named ones are lost where CommonJS copies them.
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

/** Each thread adds up some of the rows. */
async function splitProducts(
  pool: Piscina,
  count: number,
  sum: Float32Array,
  products: readonly RowProduct[],
): Promise<void> {
  const work = products.reduce((total, { left }) => total + sum.length * rowLength(left), 0);
  if (work < LEAST_WORK) return addProducts(sum, products);
  const rows = products[0].left.units;
  const columns = sum.length / rows;
  const share = 4 * Math.ceil(rows / count / 4);
  const starts = Array.from({ length: Math.ceil(rows / share) }, (_, i) => i * share);
  await Promise.all(
    starts.map((start) => {
      const end = Math.min(start + share, rows);
      const task: ThreadTask = {
        kind: 'products',
        sum: sum.subarray(start * columns, end * columns),
        products: products.map((product) => ({
          ...product,
          left: someUnits(product.left, start, end),
        })),
      };
      return pool.run(task);
    }),
  );
}

/** Makes a run on a thread; an abort ends the thread, and another takes its place. */
async function runOnThread(
  pool: Piscina,
  task: ThreadRun,
  { signal, onStep }: ThreadRunOptions,
): Promise<FoundMatch> {
  const steps = onStep && listenForSteps(onStep);
  const message: ThreadTask = { kind: 'run', task, steps: steps?.port ?? null };
  try {
    const [outcome] = await Promise.all([
      pool.run(message, { signal, transferList: steps ? [steps.port] : [] }) as Promise<RunOutcome>,
      steps?.ended,
    ]);
    if ('invalid' in outcome) throw again(outcome.invalid);
    return outcome.result;
  } finally {
    steps?.close();
  }
}

/** The error that a thread met, as one of this thread. */
function again({ fn, problem, remedy }: Extract<RunOutcome, { invalid: unknown }>['invalid']) {
  return named(fn, (): never => {
    throw invalid(problem, remedy);
  });
}

/** A port for the thread to send its steps to; `ended` rejects if `onStep` throws. */
function listenForSteps(onStep: (step: DescentStep) => void) {
  const { port1, port2 } = new MessageChannel();
  const ended = new Promise<void>((resolve, reject) => {
    port1.on('message', (step: DescentStep | null) => {
      if (step === null) return resolve();
      try {
        onStep(step);
      } catch (error) {
        reject(error);
      }
    });
  });
  return { port: port2, ended, close: () => port1.close() };
}
