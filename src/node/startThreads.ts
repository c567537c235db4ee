import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import type { Piscina } from 'piscina';
import { assertInteger, assertOptions } from '../checks';
import { invalid, named } from '../errors';
import type { MatchThreads } from '../matching';
import { sharedArray, type ThreadWork } from '../matching/internal';
import type { Permutations } from '../permutation';
import { jobOnThread } from './threads/jobOnThread';
import { sharedPool } from './threads/sharedPool';
import { sharedSlabs } from './threads/sharedSlabs';
import { LEAST_WORK, splitProducts } from './threads/splitProducts';
import { threadPool } from './threads/threadPool';

/** The URL of this file. The CommonJS build has no import.meta. */
const ownUrl = import.meta.url ?? pathToFileURL(__filename).href;

/** The most threads: each takes megabytes. */
const MOST_THREADS = 1024;

/**
 * Threads for matches, such as `weightMatch` and `weightMatchFiles`. All calls in a process with the same `count` share
 * one pool. The threads start when there is work for them. They run without tfjs, on weights in memory that all share,
 * and do not keep the process alive.
 *
 * @param options - `count`: the number of threads, with the calling thread where one product is split. Default:
 * `availableParallelism()` of `node:os`.
 * @returns The threads. The caller closes them with `close()`, which ends the work that was begun with them. The last
 * `close()` ends the pool.
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
    const program = new URL('./matchThread.js', ownUrl).href;
    const { pool, end } = sharedPool(count, () => threadPool(Pool, program, count));
    const slabs = sharedSlabs();
    const closing = new AbortController();
    const work: ThreadWork = {
      matches: 0,
      leastWork: LEAST_WORK,
      closed: false,
      allocate: sharedArray,
      addProducts: (sum, products) => {
        closing.signal.throwIfAborted();
        return splitProducts(pool, count, slabs, sum, products);
      },
      free: () => (closing.signal.aborted || count === 1 ? 0 : Math.min(count - 1, pool.free())),
      start: (task) =>
        pool.run({ kind: 'start', task }, { signal: closing.signal }) as Promise<Permutations>,
      run: (task, { signal, onEvent }) => {
        const signals = signal ? [signal, closing.signal] : [closing.signal];
        return jobOnThread(pool, task, { signal: AbortSignal.any(signals), onEvent });
      },
    };
    async function close(): Promise<void> {
      work.closed = true;
      closing.abort(new Error('the threads have been closed'));
      await end();
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
