import { comparePermutations, compose, hammingDistance, randomPermutation } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';

await useBackend('cpu');

describe('comparePermutations', () => {
  it('counts the units that both pair alike, and the exchanges between them, by group', () => {
    // h: 3 and 4 agree; 0 → 1 → 2 → 0 is one cycle of three, two exchanges. g: all agree.
    const p = { h: [0, 1, 2, 3, 4], g: [1, 0] };
    const q = { h: Int32Array.of(1, 2, 0, 3, 4), g: Int32Array.of(1, 0) };
    expect(comparePermutations(p, q)).toEqual({
      h: { size: 5, fixedPoints: 2, fraction: 0.4, distance: 2 },
      g: { size: 2, fixedPoints: 2, fraction: 1, distance: 0 },
    });
  });

  it.each([0, 1, 2, 40])('of %i units, fixed points are what the Hamming distance leaves', (n) => {
    for (let seed = 0; seed < 5; seed++) {
      const [p, q, r] = [0, 1, 2].map((i) => randomPermutation(n, { seed: 10 * seed + i }));
      const { h } = comparePermutations({ h: p }, { h: q });
      expect(h.fixedPoints).toBe(n - hammingDistance(p, q));
      expect(comparePermutations({ h: q }, { h: p }).h).toEqual(h);
      expect(comparePermutations({ h: compose(r, p) }, { h: compose(r, q) }).h).toEqual(h);
      expect(comparePermutations({ h: compose(p, r) }, { h: compose(q, r) }).h).toEqual(h);
      expect(JSON.parse(JSON.stringify(h))).toEqual(h);
    }
  });

  it('refuses other groups, other sizes and what is no permutation', () => {
    expect(() => comparePermutations({ h: [0] }, { g: [0] })).toThrow(/groups \[h\] and q \[g\]/);
    expect(() => comparePermutations({ h: [0] }, { h: [0, 1] })).toThrow(/1 units|2/);
    expect(() => comparePermutations({ h: [0, 0] }, { h: [0, 1] })).toThrow(/exactly once/);
    expect(() => comparePermutations(null as never, { h: [0, 1] })).toThrow(
      /must be a record, received null/,
    );
  });
});
