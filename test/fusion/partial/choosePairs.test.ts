import { describe, expect, it } from 'vitest';
import { choosePairs } from '../../../src/fusion/partial/choosePairs';
import { randomSource } from '../../../src/runtime';

/** The greatest sum of exactly `pairs` entries, no two in a row or a column, by trying all. */
function bestSum(values: Float64Array, rows: number, columns: number, pairs: number): number {
  const best = (row: number, left: number, taken: ReadonlySet<number>): number => {
    if (left === 0) return 0;
    if (rows - row < left) return Number.NEGATIVE_INFINITY;
    let most = best(row + 1, left, taken);
    for (let column = 0; column < columns; column++) {
      if (taken.has(column)) continue;
      const rest = best(row + 1, left - 1, new Set([...taken, column]));
      most = Math.max(most, values[row * columns + column] + rest);
    }
    return most;
  };
  return best(0, pairs, new Set());
}

describe('choosePairs', () => {
  it.each([1e17, -1e17])('makes no more pairs than asked of equal values %d', (value) => {
    const chosen = choosePairs(new Float64Array(9).fill(value), 3, 3, 1);
    expect(chosen.filter((column) => column >= 0).length).toBe(1);
  });

  it('finds the best pairs of every number, against all choices', () => {
    const random = randomSource(3);
    for (const [rows, columns] of [
      [1, 1],
      [1, 4],
      [4, 1],
      [3, 5],
      [5, 3],
      [4, 4],
    ]) {
      const values = Float64Array.from(
        { length: rows * columns },
        () => random.below(200) / 10 - 15,
      );
      for (let pairs = 0; pairs <= Math.min(rows, columns); pairs++) {
        const chosen = choosePairs(values, rows, columns, pairs);
        const taken = [...chosen].filter((column) => column >= 0);
        expect(taken.length).toBe(pairs);
        expect(new Set(taken).size).toBe(pairs);
        const sum = chosen.reduce(
          (total, column, row) => (column < 0 ? total : total + values[row * columns + column]),
          0,
        );
        expect(sum).toBeCloseTo(bestSum(values, rows, columns, pairs), 10);
      }
    }
  });

  it('pairs the required number even where every value is negative', () => {
    // Of −4, −1 / −2, −9 the best pair is −1, the best two are −1 and −2.
    const values = Float64Array.of(-4, -1, -2, -9);
    expect([...choosePairs(values, 2, 2, 1)]).toEqual([1, -1]);
    expect([...choosePairs(values, 2, 2, 2)]).toEqual([1, 0]);
  });
});
