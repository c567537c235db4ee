import { describe, expect, it } from 'vitest';
import { unlessAborted } from '../../src/runtime/unlessAborted';

const never = new Promise<never>(() => {});

/** A controller, and the listeners that its signal has. */
function countedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };
  return { controller, signal, listeners: () => listeners };
}

describe('unlessAborted', () => {
  it('gives the result or the error of the promise without an abort, and leaves no listener', async () => {
    const { signal, listeners } = countedSignal();
    expect(await unlessAborted(Promise.resolve(3), signal)).toBe(3);
    expect(await unlessAborted(3, undefined)).toBe(3);
    const own = new Error('own');
    await expect(unlessAborted(Promise.reject(own), signal)).rejects.toBe(own);
    expect(listeners()).toBe(0);
  });

  it("rejects with the signal's reason although the promise is never settled", async () => {
    const controller = new AbortController();
    const waiting = unlessAborted(never, controller.signal);
    controller.abort('reason');
    await expect(waiting).rejects.toBe('reason');
    await expect(unlessAborted(never, controller.signal)).rejects.toBe('reason');
  });

  it('passes a result that comes after the abort to discard, and drops an error', async () => {
    const controller = new AbortController();
    const late: number[] = [];
    let resolve = (_: number) => {};
    let reject = (_: Error) => {};
    const result = new Promise<number>((done) => {
      resolve = done;
    });
    const failure = new Promise<number>((_, fail) => {
      reject = fail;
    });
    const waiting = [result, failure].map((work) =>
      unlessAborted(work, controller.signal, (value) => late.push(value)),
    );
    controller.abort('reason');
    resolve(7);
    reject(new Error('late'));
    for (const each of waiting) await expect(each).rejects.toBe('reason');
    expect(late).toEqual([7]);
  });

  it('never discards a result that it has given', async () => {
    const controller = new AbortController();
    const late: number[] = [];
    const waiting = unlessAborted(Promise.resolve(3), controller.signal, (n) => late.push(n));
    const given = await waiting;
    controller.abort();
    await Promise.resolve();
    expect([given, late]).toEqual([3, []]);
  });
});
