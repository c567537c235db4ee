import * as tf from '@tensorflow/tfjs-core';
import {
  activationManyMatcher,
  activationMatch,
  activationMatcher,
  activationMatchMany,
  type JointMatcher,
  manyMatcher,
  type Params,
  sinkhornMatcher,
  straightThroughManyMatcher,
  straightThroughMatcher,
  weightMatch,
  weightMatcher,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { randomInput, randomParams, testNetworks } from '../support/networks';

await useBackend('cpu');

const [mlp] = testNetworks;
const [a, b]: Params[] = [1, 2].map((seed) => randomParams(mlp, seed));

describe('matchers', () => {
  it('weightMatcher is weightMatch with its options', async () => {
    const options = { seed: 4, restarts: 2 };
    expect(await weightMatcher(mlp.spec, options)(a, b, {})).toEqual(
      await weightMatch(mlp.spec, a, b, options),
    );
  });

  it('activationMatcher is activationMatch with its options, as often as asked', async () => {
    const options = { forward: mlp.forward, inputs: randomInput(mlp, 10, 3) };
    const match = activationMatcher(mlp.spec, options);
    const expected = await activationMatch(mlp.spec, a, b, options);
    expect(await match(a, b, {})).toEqual(expected);
    expect(await match(a, b, {})).toEqual(expected);
  });

  it('activationManyMatcher is activationMatchMany with its options, as often as asked', async () => {
    const options = { forward: mlp.forward, inputs: randomInput(mlp, 10, 3), reference: 1 };
    const match: JointMatcher = activationManyMatcher(mlp.spec, options);
    const networks = [a, b, randomParams(mlp, 3)];
    const { permutations } = await activationMatchMany(mlp.spec, networks, options);
    expect(await match(networks, {})).toEqual(permutations);
    expect(await match(networks, {})).toEqual(permutations);
    const signal = AbortSignal.abort();
    await expect(match(networks, { signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each(['the signal of a match', 'the signal of the options'])('all hear %s', async (which) => {
    const signal = AbortSignal.abort();
    const isOwn = which === 'the signal of the options';
    const own = isOwn ? { signal } : {};
    const given = isOwn ? {} : { signal };
    const inputs = randomInput(mlp, 10, 3);
    const data = { x: inputs, y: tf.zeros([10], 'int32') as tf.Tensor1D };
    const { forward, spec } = mlp;
    const learning = { forward, data, steps: 1, ...own };
    const pairs = [
      weightMatcher(spec, own),
      activationMatcher(spec, { forward, inputs, ...own }),
      straightThroughMatcher(spec, learning),
      sinkhornMatcher(spec, own),
    ];
    const joint = [
      manyMatcher(spec, own),
      activationManyMatcher(spec, { forward, inputs, ...own }),
      straightThroughManyMatcher(spec, learning),
    ];
    const matches = [
      ...pairs.map((match) => match(a, b, given)),
      ...joint.map((match) => match([a, b], given)),
    ];
    for (const match of matches) await expect(match).rejects.toMatchObject({ name: 'AbortError' });
  });
});
