import { Piscina } from 'piscina';
import { describe, expect, it } from 'vitest';
import { sharedPool } from '../../../src/node/threads/sharedPool';
import { type ThreadPool, threadPool } from '../../../src/node/threads/threadPool';

const program = new URL('../../../src/node/matchThread.js', import.meta.url).href;
const make = (count: number) => () => threadPool(Piscina, program, count);
const nothing = { kind: 'nothing' } as const;

/** Waits for threads to start. */
async function started(pool: ThreadPool, count: number): Promise<void> {
  while (pool.free() < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a pool of threads', () => {
  it('starts threads for later when it is asked for free ones, and counts those without a task', async () => {
    const pool = threadPool(Piscina, program, 2);
    expect(pool.free()).toBe(0);
    await started(pool, 2);
    const task = pool.run(nothing);
    expect(pool.free()).toBe(1);
    await task;
    expect(pool.free()).toBe(2);
    await pool.close();
  });

  it('a thread that dies rejects its task, and another does the next', async () => {
    const dying = new URL(
      'data:text/javascript,export default (task) => task.kind === "nothing" ? { result: 1 } : process.exit(3)',
    );
    const pool = threadPool(Piscina, dying.href, 1);
    await expect(
      pool.run({ kind: 'products', sum: new Float32Array(), products: [] }),
    ).rejects.toThrow(/exit/i);
    expect(await pool.run(nothing)).toBe(1);
    expect(pool.free()).toBe(1);
    await pool.close();
  });

  it('an abort rejects with its reason, on a thread and in the queue', async () => {
    const waiting = new URL(
      'data:text/javascript,export default (task) => task.kind === "nothing" ? { result: 1 } : new Promise(() => {})',
    );
    const pool = threadPool(Piscina, waiting.href, 1);
    const controller = new AbortController();
    const { signal } = controller;
    const tasks = [1, 2].map(() =>
      pool.run({ kind: 'products', sum: new Float32Array(), products: [] }, { signal }),
    );
    const reason = new Error('enough');
    controller.abort(reason);
    for (const task of tasks) await expect(task).rejects.toBe(reason);
    expect(await pool.run(nothing)).toBe(1);
    await pool.close();
  });
});

describe('the pool of a process', () => {
  it('is the same for all uses with as many threads', async () => {
    const uses = [2, 2, 1].map((count) => sharedPool(count, make(count)));
    expect(uses[1].pool).toBe(uses[0].pool);
    expect(uses[2].pool).not.toBe(uses[0].pool);
    for (const { end } of uses) await end();
  });

  it('lasts until its last use ends; an end that is repeated counts once', async () => {
    const [one, other] = [1, 2].map(() => sharedPool(1, make(1)));
    await one.end();
    await one.end();
    expect(await other.pool.run(nothing)).toBeUndefined();
    await other.end();
    const next = sharedPool(1, make(1));
    expect(next.pool).not.toBe(other.pool);
    await next.end();
  });
});
