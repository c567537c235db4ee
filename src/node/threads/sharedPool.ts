import { type ThreadPool, threadPool } from './threadPool';

/** A use of the pool that all callers of this process share. */
export interface PoolUse {
  readonly pool: ThreadPool;
  /** Ends the use. The last one ends the threads. */
  end(): Promise<void>;
}

/** The pool in use, and the number of its uses. Each thread of a program has its own. */
let shared: { readonly pool: ThreadPool; uses: number } | null = null;

/**
 * Begins a use of the pool of this process, which is made by the first.
 *
 * @param program - The file that threads run.
 * @param count - The number of threads that the use needs: the pool has as many as the greatest use.
 */
export function sharedPool(program: URL, count: number): PoolUse {
  shared ??= { pool: threadPool(program), uses: 0 };
  const own = shared;
  own.uses++;
  own.pool.allow(count);
  let hasEnded = false;
  return {
    pool: own.pool,
    async end() {
      if (hasEnded) return;
      hasEnded = true;
      if (--own.uses > 0) return;
      shared = null;
      await own.pool.close();
    },
  };
}
