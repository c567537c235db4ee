import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Piscina } from 'piscina';
import { afterAll, describe, expect, it } from 'vitest';
import { sharedPool } from '../../../src/node/threads/sharedPool';
import { type ThreadPool, threadPool } from '../../../src/node/threads/threadPool';
import type { ThreadTask } from '../../../src/node/threads/threadTask';

const program = new URL('../../../src/node/matchThread.js', import.meta.url).href;
const make = (count: number) => () => threadPool(Piscina, program, count);
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-pool-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const nothing = { kind: 'nothing' } as const;
const products: ThreadTask = { kind: 'products', sum: new Float32Array(), products: [] };

/** A program that returns 1 for the task that does nothing, and the value of an expression for others. */
function programOf(expression: string): string {
  const path = join(folder, `${files++}.mjs`);
  const body = `export default (task) => (task.kind === 'nothing' ? { result: 1 } : ${expression});`;
  writeFileSync(path, body);
  return pathToFileURL(path).href;
}

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
    const pool = threadPool(Piscina, programOf('process.exit(3)'), 1);
    await expect(pool.run(products)).rejects.toThrow(/exit/i);
    expect(await pool.run(nothing)).toBe(1);
    expect(pool.free()).toBe(1);
    await pool.close();
  });

  it('a thread that dies without a task is replaced, and the process goes on', async () => {
    const late = 'void setTimeout(() => { throw new Error("late"); }, 20)';
    const pool = threadPool(Piscina, programOf(`(${late}, { result: 2 })`), 1);
    expect(await pool.run(products)).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await pool.run(nothing)).toBe(1);
    await pool.close();
  });

  it('an abort rejects with its reason, on a thread and in the queue', async () => {
    const pool = threadPool(Piscina, programOf('new Promise(() => {})'), 1);
    const controller = new AbortController();
    const { signal } = controller;
    const tasks = [1, 2].map(() => pool.run(products, { signal }));
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
