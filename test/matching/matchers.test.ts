import {
  activationManyMatcher,
  activationMatch,
  activationMatcher,
  activationMatchMany,
  type JointMatcher,
  type Params,
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

  it('both hear the signal that comes with a match', async () => {
    const signal = AbortSignal.abort();
    const inputs = randomInput(mlp, 10, 3);
    for (const match of [
      weightMatcher(mlp.spec),
      activationMatcher(mlp.spec, { forward: mlp.forward, inputs }),
    ]) {
      await expect(match(a, b, { signal })).rejects.toMatchObject({ name: 'AbortError' });
    }
  });
});
