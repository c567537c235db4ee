import { activationMatch, similarityStatistics, unitSimilarity, weightMatch } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { mlp, network, shuffled, spec } from '../support/planted';
import { randomTensor } from '../support/randomTensor';

await useBackend('cpu');

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
      inputs: randomTensor([20, 6], 3),
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
