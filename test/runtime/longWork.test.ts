import { describe, expect, it } from 'vitest';
import { longWork } from '../../src/runtime/longWork';

const step = { done: 1, total: 2 };
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('longWork', () => {
  it('aborts its signal with the error of an async onProgress', async () => {
    const own = new Error('the disk is full');
    const { signal, onProgress } = longWork({ onProgress: () => Promise.reject(own) });
    expect(signal?.aborted).toBe(false);
    onProgress?.(step);
    await settled();
    expect(signal?.reason).toBe(own);
  });

  it("aborts its signal with the caller's, which a rejection leaves alone", async () => {
    const controller = new AbortController();
    const work = longWork({
      signal: controller.signal,
      onProgress: () => Promise.reject(new Error('own')),
    });
    const other = longWork({ signal: controller.signal, onProgress: () => {} });
    work.onProgress?.(step);
    await settled();
    expect([work.signal?.aborted, controller.signal.aborted]).toEqual([true, false]);
    controller.abort('reason');
    expect(other.signal?.reason).toBe('reason');
  });

  it('lets an error that onProgress throws pass, and waits for no promise', () => {
    const own = new Error('own');
    const throwing = longWork({
      onProgress() {
        throw own;
      },
    });
    expect(() => throwing.onProgress?.(step)).toThrow(own);
    expect(longWork({ onProgress: () => new Promise(() => {}) }).onProgress?.(step)).toBe(
      undefined,
    );
  });

  it("gives the caller's signal without an onProgress", () => {
    const { signal } = new AbortController();
    expect(longWork({ signal })).toEqual({ signal, onProgress: undefined });
    expect(longWork({})).toEqual({ signal: undefined, onProgress: undefined });
  });
});
