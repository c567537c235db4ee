import fc from 'fast-check';
import { munkres, shortestAugmentingPath } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { randomMatrix } from './randomMatrix';

describe('shortestAugmentingPath against munkres-js', () => {
  it('reaches the same total up to n = 60', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 60 }), fc.integer(), fc.boolean(), (n, seed, ties) => {
        const similarity = randomMatrix(n, seed, ties);
        expect(shortestAugmentingPath(similarity, n).objective).toBeCloseTo(
          munkres(similarity, n).objective,
          8,
        );
      }),
      { numRuns: 25 },
    );
  });
});
