import { describe, expect, it } from 'vitest';
import { describeExponents, fittedExponent } from '../../benchmarks/support/exponent';

describe('fitted exponents', () => {
  it('of 3·n^2.5 is 2.5', () => {
    const sizes = [64, 128, 256, 512];
    const times = sizes.map((n) => 3 * n ** 2.5);
    expect(fittedExponent(sizes, times)).toBeCloseTo(2.5, 12);
  });

  it('of points off the line is that of least squares', () => {
    // x = log2 n = 0, 1, 2; y = log2 t = 0, 0, 3: p = ((−1)(−1) + 0 + 1·2) / (1 + 0 + 1) = 3 / 2
    expect(fittedExponent([1, 2, 4], [1, 1, 8])).toBeCloseTo(1.5, 12);
  });

  it('are told over the larger half and over all sizes', () => {
    // The upper half 4, 8 doubles thrice; over all, x = 0, 1, 2, 3 and y = 0, 0, 0, 3: p = 4.5 / 5
    const told = describeExponents([1, 2, 4, 8], [1, 1, 1, 8]);
    expect(told).toBe('exponent 3.00 from 4 on, 0.90 over all');
  });
});
