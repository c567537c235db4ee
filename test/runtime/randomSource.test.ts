import { describe, expect, it } from 'vitest';
import { randomSource } from '../../src/runtime/randomSource';

describe('randomSource', () => {
  it('is uniform below n: χ² of 70 000 draws below 7 stays under its 99.99 % quantile', () => {
    const random = randomSource(3);
    const counts = new Array(7).fill(0);
    for (let i = 0; i < 70000; i++) counts[random.below(7)]++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10000) ** 2 / 10000, 0);
    expect(chiSquare).toBeLessThan(27.9); // six degrees of freedom
  });

  it('tells seeds apart that differ in their high bits only', () => {
    const draws = [1, 1 + 2 ** 32, 1 + 2 ** 33, -1].map((seed) =>
      randomSource(seed).below(2 ** 32),
    );
    expect(new Set(draws).size).toBe(4);
  });

  it('tells the streams of a seed apart, the first being the seed alone', () => {
    const draws = [0, 1, 2, 3].map((stream) => randomSource(5, stream).below(2 ** 32));
    expect(new Set(draws).size).toBe(4);
    expect(draws[0]).toBe(randomSource(5).below(2 ** 32));
  });
});
