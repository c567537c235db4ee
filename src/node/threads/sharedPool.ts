import type { ThreadPool } from './threadPool';

/** A use of a pool that callers of this process share. */
export interface PoolUse {
  readonly pool: ThreadPool;
  /** Ends the use. The last one closes the pool. */
  end(): Promise<void>;
}

/** The pools in use by their number of threads. Each worker thread of a program has its own. */
const shared = new Map<number, { readonly pool: ThreadPool; uses: number }>();

/**
 * Begins a use of the pool with this number of threads.
 *
 * @param make - Makes the pool for its first use.
 */
export function sharedPool(count: number, make: () => ThreadPool): PoolUse {
  const own = shared.get(count) ?? { pool: make(), uses: 0 };
  shared.set(count, own);
  own.uses++;
  let hasEnded = false;
  return {
    pool: own.pool,
    async end() {
      if (hasEnded) return;
      hasEnded = true;
      if (--own.uses > 0) return;
      shared.delete(count);
      await own.pool.close();
    },
  };
}
