import { describe, expect, it } from 'vitest';
import { addProducts } from '../../../src/matching/products/addProducts';
import { ownThread } from '../../../src/matching/products/ownThread';
import type { UnitRows } from '../../../src/matching/products/unitRows';
import { turnsDuring } from '../../support/turnsDuring';

/** Rows of a matrix, its values between −1 and 1, with their columns in another order. */
function rows(units: number, length: number): UnitRows {
  return {
    values: Float32Array.from({ length: units * length }, (_, i) => Math.sin(i)),
    units,
    copies: 1,
    first: { offsets: Int32Array.from({ length: units }, (_, u) => u * length), factors: null },
    rest: { offsets: Int32Array.from({ length }, (_, k) => (7 * k) % length), factors: null },
  };
}

describe('a product on the thread of the caller', () => {
  it('that is large yields to the event loop, and is the same to the bit', async () => {
    // 1100 · 2048 · 2048 multiplications, more than 2³²: three blocks of rows, the last of 76.
    const [left, right] = [rows(1100, 2048), rows(2048, 2048)];
    const [sum, expected] = [0, 1].map(() => new Float32Array(1100 * 2048).fill(0.5));
    const small = { left: rows(1100, 3), right: rows(2048, 3), minus: null };
    const products = [small, { left, right, minus: rows(2048, 2048) }];
    expect(await turnsDuring(() => ownThread.addProducts(sum, products))).toBeGreaterThanOrEqual(2);
    addProducts(expected, products);
    const bytes = ({ buffer }: Float32Array) => Buffer.from(buffer);
    expect(bytes(sum).equals(bytes(expected))).toBe(true);
  });

  it('that is small is done at once', () => {
    const sum = new Float32Array(4);
    const product = { left: rows(2, 3), right: rows(2, 3), minus: null };
    expect(ownThread.addProducts(sum, [product])).toBeUndefined();
    expect(sum[0]).toBeGreaterThan(0);
  });
});
