import { describe, expect, it } from 'vitest';
import { eachUnlessAborted } from '../../src/runtime/eachUnlessAborted';

async function listed<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const never = new Promise<never>(() => {});

describe('eachUnlessAborted', () => {
  it('gives the items of iterables, of promises in them, and of async iterables', async () => {
    const { signal } = new AbortController();
    async function* later() {
      yield 1;
      yield 2;
    }
    expect(await listed(eachUnlessAborted([1, 2], signal))).toEqual([1, 2]);
    expect(await listed(eachUnlessAborted([1, Promise.resolve(2)], undefined))).toEqual([1, 2]);
    expect(await listed(eachUnlessAborted(later(), signal))).toEqual([1, 2]);
  });

  it("ends with the signal's reason although the next item never comes", async () => {
    async function* stuck() {
      yield 1;
      await never;
    }
    for (const items of [stuck(), [1, never]]) {
      const controller = new AbortController();
      const iterating = listed(eachUnlessAborted(items, controller.signal));
      setTimeout(() => controller.abort('reason'), 5);
      await expect(iterating).rejects.toBe('reason');
    }
  });

  it('closes an iterator that is left, and one that an abort ends', async () => {
    let closed = 0;
    async function* items(wait: Promise<void>) {
      try {
        yield 1;
        await wait;
      } finally {
        closed++;
      }
    }
    for await (const _ of eachUnlessAborted(items(never), undefined)) break;
    expect(closed).toBe(1);

    const controller = new AbortController();
    let go = () => {};
    const wait = new Promise<void>((resolve) => {
      go = resolve;
    });
    const iterating = listed(eachUnlessAborted(items(wait), controller.signal));
    setTimeout(() => controller.abort('reason'), 5);
    await expect(iterating).rejects.toBe('reason');
    go();
    await new Promise((resolve) => setTimeout(resolve));
    expect(closed).toBe(2);
  });

  it('rejects with the error of an iterator, and does not close it again', async () => {
    let closed = 0;
    const own = new Error('own');
    const failing: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(own),
        return: async () => {
          closed++;
          return { done: true, value: undefined };
        },
      }),
    };
    await expect(listed(eachUnlessAborted(failing, undefined))).rejects.toBe(own);
    expect(closed).toBe(0);
  });
});
