import * as tf from '@tensorflow/tfjs-core';
import { permute, verifySpec, weightMatch } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { cifarParams, resnet20 } from '../support/cifarFixtures';
import { expectSameParams } from '../support/invariants';
import {
  caseName,
  countRecovered,
  type PlantedCase,
  plantedCases,
  plantedPair,
  residualCases,
} from '../support/plantedNetworks';

await useBackend('wasm');

const named = (cases: readonly PlantedCase[]) =>
  cases.map((planted) => ({ name: caseName(planted), planted }));

describe.each(named(plantedCases.filter(({ noise }) => noise === 0)))('$name', ({ planted }) => {
  it('has a spec that keeps the outputs', async () => {
    const { spec, forward, inputShape } = planted.family;
    const { a, b } = plantedPair(planted, 1);
    const x = tf.randomNormal([4, ...inputShape], 0, 1, 'float32', 1);
    expect(await verifySpec(spec, forward, a, x)).toMatchObject({ ok: true });
    tf.dispose([a, b, x]);
  });
});

describe.each(named(plantedCases))('$name', ({ planted }) => {
  const { spec } = planted.family;

  it('has a solution that moves B onto A but for the noise', async () => {
    const { a, b, solution } = plantedPair(planted, 1);
    const aligned = permute(spec, b, solution);
    if (planted.noise === 0) await expectSameParams(aligned, a);
    const deviation = (x: tf.Tensor) => tf.sqrt(tf.moments(x).variance);
    for (const name of Object.keys(a).filter((each) => a[each].size > 500)) {
      const [noise, scale] = tf.tidy(() =>
        [deviation(tf.sub(aligned[name], a[name])), deviation(a[name])].map((s) => s.dataSync()[0]),
      );
      expect(noise / scale).toBeGreaterThan(0.9 * planted.noise - 1e-6);
      expect(noise / scale).toBeLessThan(1.1 * planted.noise + 1e-6);
    }
    tf.dispose([a, b, aligned]);
  });

  it('is another network for another seed', async () => {
    const [one, two] = [plantedPair(planted, 1), plantedPair(planted, 2)];
    expect(Object.values(one.solution)).not.toEqual(Object.values(two.solution));
    const name = Object.keys(spec.params)[1];
    expect(await one.a[name].data()).not.toEqual(await two.a[name].data());
    tf.dispose([one.a, one.b, two.a, two.b]);
  });
});

describe.each(named(plantedCases))('the defaults on $name', ({ planted }) => {
  const runs = residualCases.includes(planted) ? 50 : 10;

  it(`recover the planted permutation in all of ${runs} networks`, async () => {
    const before = tf.memory().numTensors;
    const recovered = await countRecovered(planted, runs, async ({ a, b }, seed) => {
      const { permutations } = await weightMatch(planted.family.spec, a, b, { seed });
      return permutations;
    });
    expect(recovered).toBe(runs);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('two ResNet-20 trained on CIFAR-10', () => {
  const [a, b] = [1, 2].map((seed) => cifarParams(resnet20, seed));
  const { spec } = resnet20;

  it('are matched by the defaults to S ≥ 855, from which a search goes on', async () => {
    const match = await weightMatch(spec, a, b, { search: { rounds: 60 } });
    const [run] = match.runs;
    expect(run).toMatchObject({ start: 'signature', method: 'frankWolfe', converged: true });
    expect(run.objective).toBeGreaterThan(855);
    expect(match.objective).toBeGreaterThan(run.objective + 0.5);
    expect(match.search).toMatchObject({ rounds: 60, before: run.objective });
  });

  it('end lower by coordinate descent from the identity', async () => {
    const options = { method: 'coordinateDescent', start: 'identity' } as const;
    const { objective } = await weightMatch(spec, a, b, options);
    expect(objective).toBeLessThan(853);
  });
});
