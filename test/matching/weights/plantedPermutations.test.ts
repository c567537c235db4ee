import * as tf from '@tensorflow/tfjs-core';
import {
  invertPermutations,
  permutationSpec,
  permute,
  randomPermutations,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectSameFunction } from '../../support/invariants';
import { knotty, knottyParams } from '../../support/knotty';
import { randomInput, randomParams, testNetworks } from '../../support/networks';
import { withNoise } from '../../support/noise';

await useBackend('cpu');

const engines = ['packed', 'backend'] as const;
/** The default, and coordinate descent from the networks as they are. */
const methods = [{}, { method: 'coordinateDescent', start: 'identity' }] as const;
const all = engines.flatMap((engine) => methods.map((method) => ({ engine, ...method })));

describe.each(all)('a planted permutation plus noise is recovered exactly, %o', (options) => {
  it.each(testNetworks)('$name', async (network) => {
    const a = randomParams(network, 1);
    const planted = randomPermutations(network.spec, a, { seed: 5 });
    // B is A with its units in another order, so that moving B onto A undoes the order.
    const b = withNoise(permute(network.spec, a, planted), 0.02, 9);
    const match = await weightMatch(network.spec, a, b, { restarts: 3, ...options });
    expect(match.permutations).toEqual(invertPermutations(planted));
    expect(match.converged).toBe(true);
    const aligned = permute(network.spec, b, match.permutations);
    await expectSameFunction(network.forward, aligned, b, randomInput(network, 2, 3));
  });

  it('with flattened axes, gates, segments and groups on two axes', async () => {
    const a = knottyParams(1);
    const planted = randomPermutations(knotty.spec, a, { seed: 2 });
    const b = withNoise(permute(knotty.spec, a, planted), 0.02, 3);
    const match = await weightMatch(knotty.spec, a, b, { restarts: 10, ...options });
    expect(match.permutations).toEqual(invertPermutations(planted));
  });

  it.each(['linear', 'cosine'] as const)('under the %s kernel', async (kernel) => {
    const [network] = testNetworks;
    const a = randomParams(network, 1);
    const planted = randomPermutations(network.spec, a, { seed: 5 });
    const b = withNoise(permute(network.spec, a, planted), 0.02, 9);
    const match = await weightMatch(network.spec, a, b, { kernel, ...options });
    expect(match.permutations).toEqual(invertPermutations(planted));
  });

  it('under the cosine kernel even where units have very different norms', async () => {
    const spec = permutationSpec({ in: '_ h', out: 'h _' });
    const scale = tf.range(0, 12, 1);
    const scaled = (x: tf.Tensor, y: tf.Tensor) => ({
      in: tf.mul(x, tf.exp(scale)),
      out: tf.mul(y, tf.reshape(tf.exp(tf.mul(scale, -1)), [12, 1])),
    });
    const a = scaled(
      tf.randomNormal([8, 12], 0, 1, 'float32', 1),
      tf.randomNormal([12, 8], 0, 1, 'float32', 2),
    );
    const planted = randomPermutations(spec, a, { seed: 3 });
    const moved = permute(spec, a, planted);
    // Every weight is off by a tenth of itself.
    const b = Object.fromEntries(
      Object.entries(moved).map(([name, x], i) => [
        name,
        tf.mul(x, tf.randomNormal(x.shape, 1, 0.1, 'float32', i + 7)),
      ]),
    );
    const match = await weightMatch(spec, a, b, { kernel: 'cosine', ...options });
    expect(match.permutations).toEqual(invertPermutations(planted));
  });
});
