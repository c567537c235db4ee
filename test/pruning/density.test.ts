import * as tf from '@tensorflow/tfjs-core';
import { density, magnitudeMask } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { randomParams, testNetworks } from '../support/networks';
import { rows } from './masks';

await useBackend('cpu');

describe('density', () => {
  it('counts what is prunable, in total and by parameter, as plain data', async () => {
    // 1 of 4 and 2 of 2: 3 of 6; the bias does not count.
    const mask = { ...rows({ k1: [0, 1, 0, 0], k2: [1, 1] }), bias: tf.ones([7]) };
    const report = await density(mask);
    expect(report).toEqual({
      weights: 6,
      kept: 3,
      density: 0.5,
      parameters: {
        k1: { weights: 4, kept: 1, density: 0.25 },
        k2: { weights: 2, kept: 2, density: 1 },
      },
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect((await density(mask, { prunable: () => true })).density).toBe(10 / 13);
    await expectNoLeak(() => density(mask));
  });

  it('is what was asked of magnitudeMask', async () => {
    for (const network of testNetworks) {
      const params = randomParams(network, 3);
      const mask = await magnitudeMask(params, { sparsity: 0.8 });
      const { weights, kept } = await density(mask);
      expect(kept).toBe(weights - Math.round(0.8 * weights));
    }
  });

  it('of no weights is 1', async () => {
    expect((await density({ k: tf.zeros([0, 2]) })).density).toBe(1);
  });
});
