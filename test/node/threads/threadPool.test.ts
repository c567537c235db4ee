import { describe, expect, it, onTestFinished } from 'vitest';
import { sharedPool } from '../../../src/node/threads/sharedPool';
import { type ThreadPool, threadPool } from '../../../src/node/threads/threadPool';
import type { ThreadTask } from '../../../src/node/threads/threadTask';

/** A program that returns its task, unless it is a command to fail, to wait for ever, or to end. */
const program = new URL(
  `data:text/javascript,
  import { parentPort, threadId } from 'node:worker_threads';
  parentPort.on('message', (task) => {
    if (task === 'end') process.exit(3);
    else if (task === 'throw') throw new Error('thrown');
    else if (task === 'fail') parentPort.postMessage({ kind: 'failed', error: new Error('no') });
    else if (task === 'bad') parentPort.postMessage({
      kind: 'invalid', error: { fn: 'solve', problem: 'x is 1', remedy: 'Pass 2', param: 'x' },
    });
    else if (task !== 'wait') parentPort.postMessage({ kind: 'done', result: [task, threadId] });
  });
  parentPort.postMessage({ kind: 'ready' });`.replaceAll('\n', ''),
);

function pool(count: number): ThreadPool {
  const own = threadPool(program);
  onTestFinished(() => own.close());
  own.allow(count);
  return own;
}

const never = new AbortController().signal;

/** Sends any message, in place of a task. */
function send(own: ThreadPool, task: string, signal = never): Promise<unknown> {
  return own.run(task as unknown as ThreadTask, { signal, transfer: [] });
}

/** The threads that are ready, once there are so many. */
async function readyThreads(own: ThreadPool, count: number) {
  while (own.ready(count).length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  return own.ready(count);
}

describe('a pool of threads', () => {
  it('does tasks on as many threads as it may have, and uses them again', async () => {
    const own = pool(2);
    const first = await Promise.all(['a', 'b', 'c', 'd'].map((task) => send(own, task)));
    const then = await Promise.all(['e', 'f'].map((task) => send(own, task)));
    const results = [...first, ...then] as [string, number][];
    expect(results.map(([task]) => task).join('')).toBe('abcdef');
    expect(new Set(results.map(([, id]) => id)).size).toBe(2);
  });

  it('starts no thread before there is work, and has those that are ready later', async () => {
    const own = pool(3);
    expect(own.ready(2)).toEqual([]);
    const threads = await readyThreads(own, 2);
    const busy = threads[0].perform('wait' as unknown as ThreadTask);
    expect(own.ready(2)).not.toContain(threads[0]);
    await Promise.all([expect(busy).rejects.toThrow(/ended/), threads[0].end()]);
  });

  it('begins a waiting task when a thread that others took is free again', async () => {
    const own = pool(1);
    const [thread] = await readyThreads(own, 1);
    const taken = thread.perform('a' as unknown as ThreadTask);
    const waiting = send(own, 'b');
    await taken;
    expect(await waiting).toEqual(['b', expect.any(Number)]);
  });

  it.each([
    ['ends', 'end', /a thread has ended with code 3/],
    ['throws', 'throw', /thrown/],
  ])('a thread that %s rejects its task, and another does the next', async (_, task, reason) => {
    const own = pool(1);
    const failed = send(own, task);
    const next = send(own, 'next');
    await expect(failed).rejects.toThrow(reason);
    expect(await next).toEqual(['next', expect.any(Number)]);
    expect(await send(own, 'last')).toEqual(['last', expect.any(Number)]);
  });

  it('a task that fails leaves its thread as it is', async () => {
    const own = pool(1);
    const [, id] = (await send(own, 'a')) as [string, number];
    await expect(send(own, 'fail')).rejects.toThrow('no');
    await expect(send(own, 'bad')).rejects.toMatchObject({
      name: 'InvalidInputError',
      message: 'solve: x is 1. Pass 2.',
      param: 'x',
    });
    expect(await send(own, 'b')).toEqual(['b', id]);
  });

  it('an abort ends a task on a thread and one in the queue, and no other', async () => {
    const own = pool(1);
    const [first, second] = [new AbortController(), new AbortController()];
    const running = send(own, 'wait', first.signal);
    const waiting = send(own, 'b', second.signal);
    const last = send(own, 'c');
    second.abort(new Error('second'));
    await expect(waiting).rejects.toThrow('second');
    first.abort(new Error('first'));
    await expect(running).rejects.toThrow('first');
    expect(await last).toEqual(['c', expect.any(Number)]);
    await expect(send(own, 'd', AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });

  it('rejects what runs and what waits when it is closed', async () => {
    const own = pool(1);
    const tasks = [send(own, 'wait'), send(own, 'b')].map((task) =>
      expect(task).rejects.toThrow(/ended|closed/),
    );
    await own.close();
    await Promise.all(tasks);
  });
});

describe('the pool of a process', () => {
  it('is the same for all uses, and as large as the greatest', async () => {
    const [one, three] = [sharedPool(program, 1), sharedPool(program, 3)];
    expect(three.pool).toBe(one.pool);
    expect(await readyThreads(one.pool, 3)).toHaveLength(3);
    await Promise.all([one.end(), three.end()]);
  });

  it('lasts until its last use ends; an end that is repeated counts once', async () => {
    const [one, other] = [sharedPool(program, 1), sharedPool(program, 1)];
    await one.end();
    await one.end();
    expect(await send(other.pool, 'a')).toEqual(['a', expect.any(Number)]);
    await other.end();
    const next = sharedPool(program, 1);
    expect(next.pool).not.toBe(other.pool);
    await next.end();
  });
});
