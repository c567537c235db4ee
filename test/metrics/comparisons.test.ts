import * as tf from '@tensorflow/tfjs-core';
import {
  activationMatch,
  comparePermutations,
  compose,
  hammingDistance,
  invertPermutations,
  permute,
  randomPermutation,
  randomPermutations,
  similarityStatistics,
  transitivity,
  unitSimilarity,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { mlp, network, shuffled, spec } from '../support/planted';

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
    expect(() => comparePermutations(null as never, { h: [0, 1] })).toThrow(/groups \[\]/);
  });
});

describe('transitivity', () => {
  const a = network(1);
  const b = shuffled(a, 2);
  const c = shuffled(b, 3);

  it('of matches of one network in three orders every unit agrees', async () => {
    const found = async (x: typeof a, y: typeof a) => (await weightMatch(spec, x, y)).permutations;
    const [ab, bc, ac] = [await found(a, b), await found(b, c), await found(a, c)];
    // The orders do not commute: composed the other way round they would not agree.
    expect(compose(ab.h1, bc.h1)).not.toEqual(compose(bc.h1, ab.h1));
    for (const group of Object.values(transitivity(ab, bc, ac))) {
      expect(group).toMatchObject({ fraction: 1, distance: 0 });
    }
    const [planted2, planted3] = [
      randomPermutations(spec, a, { seed: 2 }),
      randomPermutations(spec, a, { seed: 3 }),
    ];
    expect(ab).toEqual(invertPermutations(planted2));
    expect(bc).toEqual(invertPermutations(planted3));
  });

  it('the way round moves C onto A as the two permutations after one another do', async () => {
    const [ab, bc] = [4, 5].map((seed) => randomPermutations(spec, a, { seed }));
    const twice = permute(spec, permute(spec, c, bc), ab);
    const { permutations } = await weightMatch(spec, twice, c);
    expect(
      Object.values(transitivity(ab, bc, permutations)).map(({ distance }) => distance),
    ).toEqual([0, 0]);
  });

  it('counts the units where a match is not transitive', () => {
    expect(transitivity({ h: [1, 0, 2] }, { h: [0, 1, 2] }, { h: [0, 1, 2] })).toEqual({
      h: { size: 3, fixedPoints: 1, fraction: 1 / 3, distance: 1 },
    });
  });
});

describe('similarityStatistics', () => {
  it('interpolates quantiles in the order of the values', () => {
    // sorted 1, 2, 4, 10: 0.25 → place 0.75: 1.75; 0.5 → 1.5: 3; 0.9 → 2.7: 4 + 0.7·6 = 8.2
    const match = { similarity: { h: Float64Array.of(10, 1, 4, 2), g: [5] } };
    const statistics = similarityStatistics(match, {
      before: { h: [-0, -0, -0, -0], g: [3] },
      quantiles: [0, 0.25, 0.5, 0.9, 1],
    });
    expect(statistics.groups.g).toEqual({
      units: 1,
      before: [3, 3, 3, 3, 3],
      after: [5, 5, 5, 5, 5],
    });
    expect(statistics.groups.h.before).toEqual([0, 0, 0, 0, 0]);
    const [least, quarter, median, ninth, most] = statistics.groups.h.after;
    expect([least, quarter, median, most]).toEqual([1, 1.75, 3, 10]);
    expect(ninth).toBeCloseTo(8.2, 12);
    expect(JSON.parse(JSON.stringify(statistics))).toEqual(statistics);
  });

  it('of a planted network in another order, shows that matching raised every quantile', async () => {
    const [a, b] = [network(1), shuffled(network(1), 2)];
    const match = await weightMatch(spec, a, b);
    const { groups } = similarityStatistics(match, { before: await unitSimilarity(spec, a, b) });
    for (const { before, after } of Object.values(groups)) {
      expect(before).toHaveLength(7);
      for (const [i, value] of after.entries()) expect(value).toBeGreaterThan(before![i]);
    }
    expect(similarityStatistics(match).groups.h1.before).toBeNull();
  });

  it('takes activations before matching from a solver that moves nothing', async () => {
    const [a, b] = [network(1), shuffled(network(1), 2)];
    const options = {
      forward: mlp.forward,
      inputs: tf.randomNormal([20, 6], 0, 1, 'float32', 3),
      kernel: 'correlation' as const,
    };
    const match = await activationMatch(spec, a, b, options);
    const unmoved = await activationMatch(spec, a, b, {
      ...options,
      solver: (similarity, n) => {
        const assignment = Int32Array.from({ length: n }, (_, i) => i);
        const objective = assignment.reduce((sum, i) => sum + similarity[i * n + i], 0);
        return { assignment, objective };
      },
    });
    const { groups } = similarityStatistics(match, { before: unmoved.similarity });
    for (const { before, after } of Object.values(groups)) {
      expect(after[0]).toBeCloseTo(1, 4);
      expect(before![3]).toBeLessThan(0.99);
    }
  });

  it('refuses quantiles out of order, other units, none, and numbers that are none', async () => {
    const match = { similarity: { h: [1, 2] } };
    const refuse = (options: object, message: RegExp, given = match) =>
      expect(() => similarityStatistics(given, options)).toThrow(message);
    refuse({ quantiles: [0.5, 0.5] }, /quantiles must ascend/);
    refuse({ quantiles: [-0.1] }, /quantiles/);
    refuse({ quantiles: [] }, /quantiles/);
    refuse({ before: { g: [1, 2] } }, /2 units after matching and 0 before/);
    refuse({ before: { h: [1] } }, /2 units after matching and 1 before/);
    refuse({ before: { h: [1, Number.NaN] } }, /unit 1 of group 'h' is NaN/);
    refuse({}, /0 units/, { similarity: { h: [] } });
    await expectNoLeak(() => similarityStatistics(match));
  });
});
