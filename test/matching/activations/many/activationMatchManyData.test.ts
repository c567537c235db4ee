import * as tf from '@tensorflow/tfjs-core';
import {
  type ActivationMatchManyOptions,
  type ActivationMatchManyResult,
  activationMatchMany,
  type Params,
  permutationSpec,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../../support/backend';
import * as networks from '../../../support/networks';
import { randomParams } from '../../../tracing/network';
import { kernels, mlp, vgg } from '../networkPair';

await useBackend('cpu');

/** Four independent networks of a family. */
const several = (network: networks.TestNetwork) =>
  [1, 2, 3, 4].map((seed) => networks.randomParams(network, seed));

function expectSameMatch(one: ActivationMatchManyResult, other: ActivationMatchManyResult): void {
  expect(one.permutations).toEqual(other.permutations);
  expect(Math.abs(one.objective - other.objective)).toBeLessThan(1e-6 * one.bound);
}

describe('data', () => {
  it.each([1, 7, 16])('in batches of %d gives the same as at once', async (batchSize) => {
    for (const network of [mlp, vgg]) {
      const params = several(network);
      const inputs = networks.randomInput(network, 16, 7);
      const { forward, spec } = network;
      for (const kernel of kernels) {
        const options = { forward, inputs, kernel };
        const whole = await activationMatchMany(spec, params, options);
        expectSameMatch(await activationMatchMany(spec, params, { ...options, batchSize }), whole);
      }
    }
  });

  it('comes as a tensor, a record, an array, a generator or an async one that is read once', async () => {
    const params = several(mlp);
    const { forward, spec } = mlp;
    const x = networks.randomInput(mlp, 12, 7);
    const parts = tf.split(x, 3);
    let reads = 0;
    const onRecord = (p: Params, { pixels }: { pixels: tf.Tensor }) => forward(p, pixels);
    const options: ActivationMatchManyOptions[] = [
      { forward, inputs: x },
      { forward: onRecord, inputs: { pixels: x }, batchSize: 5 },
      { forward, inputs: parts },
      { forward, inputs: new Set(parts) },
      {
        forward,
        inputs: (async function* () {
          reads++;
          for (const part of parts) yield part;
        })(),
      },
    ];
    const results: ActivationMatchManyResult[] = [];
    for (const each of options) results.push(await activationMatchMany(spec, params, each));
    for (const result of results) expectSameMatch(result, results[0]);
    expect(reads).toBe(1);
  });

  it('of several inputs is compared as that of one', async () => {
    const { forward, spec } = mlp;
    const params = several(mlp);
    const x = networks.randomInput(mlp, 12, 7);
    const [left, right] = tf.split(x, 2, 1);
    const both = (p: Params, [one, other]: readonly tf.Tensor[]) =>
      forward(p, tf.concat([one, other], 1));
    const whole = await activationMatchMany(spec, params, { forward, inputs: x });
    for (const inputs of [[left, right], [[left, right]]]) {
      const found = await activationMatchMany(spec, params, {
        ...{ forward: both, inputs },
      } as ActivationMatchManyOptions);
      expectSameMatch(found, whole);
    }
  });

  it('is run once through each network, in memory that does not grow with the data', async () => {
    const params = several(vgg);
    const bytes: number[] = [];
    const forward = (p: Params, input: tf.Tensor) => {
      bytes.push(tf.memory().numBytes);
      return vgg.forward(p, input);
    };
    async function* batches() {
      for (let i = 0; i < 5; i++) {
        const batch = networks.randomInput(vgg, 4, i);
        yield batch;
        batch.dispose();
      }
    }
    await activationMatchMany(vgg.spec, params, { forward, inputs: batches(), restarts: 3 });
    expect(bytes).toHaveLength(1 + 4 * 5); // One run to trace it, and one for each network and batch.
    for (let k = 0; k < 4; k++) {
      expect(new Set(bytes.filter((_, i) => i > 0 && (i - 1) % 4 === k)).size).toBe(1);
    }
  });

  it('is gone through again for groups whose samples others move', async () => {
    const shapes = { in: [3, 6], mix: [4, 5], back: [5, 4], out: [6, 2] };
    const spec = permutationSpec({ in: '_ c', mix: '_ t', back: 't _', out: 'c _' });
    const forward = (p: Params, input: tf.Tensor) => {
      const channels = tf.reshape(tf.matMul(tf.reshape(input, [-1, 3]), p.in), [-1, 4, 6]);
      const tokens = tf.reshape(tf.transpose(channels, [0, 2, 1]), [-1, 4]);
      const mixed = tf.reshape(tf.matMul(tf.relu(tf.matMul(tokens, p.mix)), p.back), [-1, 6, 4]);
      return tf.matMul(tf.mean(mixed, 2), p.out);
    };
    const params = [1, 2, 3].map((seed) => randomParams(shapes, seed));
    const seen: object[] = [];
    const { history, converged } = await activationMatchMany(spec, params, {
      forward,
      inputs: tf.randomNormal([8, 4, 3], 0, 1, 'float32', 1),
      batchSize: 4,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen).toEqual([
      { pass: 1, done: 1, total: 2, samples: 4 },
      { pass: 1, done: 2, total: 2, samples: 8 },
      { pass: 2, done: 1, total: 2, samples: 4 },
      { pass: 2, done: 2, total: 2, samples: 8 },
    ]);
    expect(history.length).toBeGreaterThanOrEqual(3);
    expect(converged).toBe(true);
  });
});
