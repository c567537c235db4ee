import * as tf from '@tensorflow/tfjs-core';
import { permute, verifySpec, weightMatch } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
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

describe.each(named(residualCases.slice(0, 2)))('three runs in forward order on $name', (each) => {
  it('recover the planted permutation in at least 19 of 20 networks', async () => {
    const { planted } = each;
    const before = tf.memory().numTensors;
    const recovered = await countRecovered(planted, 20, async ({ a, b }, seed) => {
      const options = { order: 'forward', restarts: 3, seed } as const;
      const { permutations } = await weightMatch(planted.family.spec, a, b, options);
      return permutations;
    });
    expect(recovered).toBeGreaterThanOrEqual(19);
    expect(tf.memory().numTensors).toBe(before);
  });
});
