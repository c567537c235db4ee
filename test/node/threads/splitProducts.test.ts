import { Piscina } from 'piscina';
import { afterAll, describe, expect, it } from 'vitest';
import { addProducts, type RowProduct, sharedArray } from '../../../src/matching/internal';
import { sharedSlabs } from '../../../src/node/threads/sharedSlabs';
import { LEAST_WORK, splitProducts } from '../../../src/node/threads/splitProducts';
import { threadPool } from '../../../src/node/threads/threadPool';
import { numbers } from '../../support/assignmentProblems';

const program = new URL('../../../src/node/matchThread.js', import.meta.url);
const pool = threadPool(Piscina, program.href, 3);
afterAll(() => pool.close());

/** Rows of random values, [units, length], of which the second half is stored first. */
function rowsOf(
  units: number,
  length: number,
  seed: number,
  isShared: boolean,
): RowProduct['left'] {
  const random = numbers(seed);
  const values = Float32Array.from({ length: units * length }, random);
  const stored = isShared ? sharedArray(values.length) : values;
  stored.set(values);
  const half = Math.floor(units / 2);
  const first = Int32Array.from({ length: units }, (_, unit) => ((unit + half) % units) * length);
  const rest = Int32Array.from({ length }, (_, k) => k);
  return {
    values: stored,
    units,
    copies: 1,
    first: { offsets: first, factors: null },
    rest: { offsets: rest, factors: null },
  };
}

describe('products that are split among threads', () => {
  it.each([
    [2, 512, 512, true],
    [3, 601, 300, true],
    [4, 402, 640, false],
    [4, 20, 260_000, false],
  ])(
    'have the same bits on %d threads, with %d units of %d values',
    async (count, units, length, isShared) => {
      expect(units ** 2 * length).toBeGreaterThanOrEqual(LEAST_WORK);
      while (pool.free() < count - 1) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const [left, right, minus] = [1, 2, 3].map((seed) => rowsOf(units, length, seed, isShared));
      const products: RowProduct[] = [
        { left, right, minus: null },
        { left: right, right: left, minus },
      ];
      const start = Float32Array.from({ length: units ** 2 }, numbers(4));
      const [sum, expected] = [sharedArray(start.length), start.slice()];
      sum.set(start);
      addProducts(expected, products);
      await splitProducts(pool, count, sharedSlabs(), sum, products);
      // Compared as bytes: toEqual takes seconds.
      const bytes = (values: Float32Array) => Buffer.from(new Uint8Array(values.buffer));
      expect(bytes(sum).equals(bytes(expected))).toBe(true);
    },
  );
});
