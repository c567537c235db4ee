import { describe, expect, it } from 'vitest';
import type { RowProduct } from '../../../src/matching/internal';
import { sharedArray } from '../../../src/matching/internal';
import { sharedSlabs } from '../../../src/node/threads/sharedSlabs';

type Rows = RowProduct['left'];

/** Rows with these values; the rest of them does not matter here. */
const rowsOf = (values: Float32Array) => ({ values, units: 1, copies: 1 }) as Rows;
const product = (left: Float32Array, right: Float32Array, minus: Float32Array | null = null) => ({
  left: rowsOf(left),
  right: rowsOf(right),
  minus: minus && rowsOf(minus),
});
const isShared = ({ values }: Rows) => values.buffer instanceof SharedArrayBuffer;

describe('slabs of shared memory', () => {
  it('hold the values of products while work is done, each once', async () => {
    const [a, b] = [Float32Array.of(1, 2), Float32Array.of(3, 4, 5)];
    await sharedSlabs().sharing([product(a, b, a), product(b, a)], async (shared) => {
      for (const { left, right, minus } of shared) {
        expect([left, right, ...(minus ? [minus] : [])].every(isShared)).toBe(true);
      }
      expect(shared.map(({ left }) => left.values)).toEqual([a, b]);
      expect(shared[0].right.values).toEqual(b);
      expect(shared[0].left.values.buffer).toBe(shared[1].right.values.buffer);
    });
  });

  it('leave values that are shared already where they are', async () => {
    const a = sharedArray(2);
    await sharedSlabs().sharing([product(a, Float32Array.of(1))], async ([{ left }]) => {
      expect(left.values).toBe(a);
    });
  });

  it('are used again, by one piece of work at a time', async () => {
    const slabs = sharedSlabs();
    const buffersOf = (values: Float32Array, work: () => Promise<void> = async () => {}) =>
      slabs.sharing([product(values, values)], async ([{ left }]) => {
        await work();
        expect(left.values).toEqual(values);
        return left.values.buffer;
      });
    const first = await buffersOf(Float32Array.of(1, 2, 3));
    expect(await buffersOf(Float32Array.of(4, 5))).toBe(first);
    const inner: ArrayBufferLike[] = [];
    const outer = await buffersOf(Float32Array.of(6), async () => {
      inner.push(await buffersOf(Float32Array.of(7)));
    });
    expect(outer).toBe(first);
    expect(inner).not.toContain(first);
  });
});
