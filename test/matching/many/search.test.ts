import * as tf from '@tensorflow/tfjs-core';
import { type MatchManyProgress, matchMany, mlpSpec, type Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { sumOverPairs } from '../../support/manyNetworks';

await useBackend('cpu');

const spec = mlpSpec(3);
const shapes = {
  ...{ 'dense1/kernel': [12, 24], 'dense1/bias': [24] },
  ...{ 'dense2/kernel': [24, 24], 'dense2/bias': [24] },
  ...{ 'dense3/kernel': [24, 4], 'dense3/bias': [4] },
};

/** A random network. */
function network(seed: number): Params {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      tf.randomNormal(shape, 0, 1, 'float32', 100 * seed + i),
    ]),
  );
}

describe('a search of several networks', () => {
  it('raises S, ends at a fixed point, and gives the same result for the same seed', async () => {
    const networks = [1, 2, 3, 4].map(network);
    const before = tf.memory().numTensors;
    const plain = await matchMany(spec, networks);
    const searched = await matchMany(spec, networks, { search: { rounds: 12 } });
    expect(searched.objective).toBeGreaterThan(plain.objective);
    expect(searched.converged).toBe(true);
    const wanted = await sumOverPairs(spec, networks, searched.permutations);
    expect(searched.objective / wanted).toBeCloseTo(1, 5);
    searched.history.slice(1).forEach((objective, at) => {
      expect(objective).toBeGreaterThanOrEqual(searched.history[at] * (1 - 1e-6));
    });
    const again = await matchMany(spec, networks, { search: { rounds: 12 } });
    expect(again).toEqual(searched);
    const from = await matchMany(spec, networks, { initial: searched.permutations });
    expect(from.permutations).toEqual(searched.permutations);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('of two networks is that of weightMatch', async () => {
    const networks = [1, 2].map(network);
    const plain = await matchMany(spec, networks);
    const searched = await matchMany(spec, networks, { search: { rounds: 12 } });
    expect(searched.objective).toBeGreaterThanOrEqual(plain.objective);
  });

  it('reports its rounds', async () => {
    const told: MatchManyProgress[] = [];
    await matchMany(spec, [1, 2, 3].map(network), {
      search: { rounds: 5 },
      onProgress: (step) => told.push(step),
    });
    const rounds = told.filter(({ group, pass }) => group === null && pass > 0);
    expect(rounds.length).toBeGreaterThanOrEqual(15); // Five for each network.
  });

  it.each([
    [{ rounds: 0 }, /^matchMany: search\.rounds must be an integer ≥ 1, received 0/],
    [{}, /^matchMany: .*search/],
    [{ rounds: 3, seconds: 1 }, /^matchMany: search: .*seconds/],
  ])('%j is refused', async (search, message) => {
    const networks = [1, 2, 3].map(network);
    await expect(
      matchMany(spec, networks, { search: search as { rounds: number } }),
    ).rejects.toThrow(message);
  });
});
