import * as tf from '@tensorflow/tfjs-core';
import {
  type ActivationMatchOptions,
  activationMatch,
  type Params,
  permutationSpec,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import * as networks from '../../support/networks';
import { randomParams } from '../../tracing/network';
import { expectRecovered, kernels, mlp, pair, similarityGap, vgg } from './networkPair';

await useBackend('cpu');

describe('data', () => {
  it.each([1, 7, 16])('in batches of %d gives the same as at once', async (batchSize) => {
    for (const network of [mlp, vgg]) {
      const { a, b, x } = pair(network, 16);
      const { forward, spec } = network;
      for (const kernel of kernels) {
        const whole = await activationMatch(spec, a, b, { forward, inputs: x, kernel });
        const cut = await activationMatch(spec, a, b, { forward, inputs: x, kernel, batchSize });
        expect(cut.permutations).toEqual(whole.permutations);
        expect(similarityGap(cut, whole)).toBeLessThan(1e-6);
      }
    }
  });

  it('comes as a tensor, a record, an array, a generator or an async one', async () => {
    const { a, b, x } = pair(mlp, 12);
    const { forward, spec } = mlp;
    const parts = tf.split(x, 3);
    const onRecord = (p: Params, { pixels }: { pixels: tf.Tensor }) => forward(p, pixels);
    const options: ActivationMatchOptions[] = [
      { forward, inputs: x },
      { forward: onRecord, inputs: { pixels: x }, batchSize: 5 },
      { forward: onRecord, inputs: parts.map((pixels) => ({ pixels })) },
      { forward, inputs: parts },
      { forward, inputs: new Set(parts) },
      {
        forward,
        inputs: (async function* () {
          for (const part of parts) yield part;
        })(),
      },
    ];
    const results = await Promise.all(options.map((each) => activationMatch(spec, a, b, each)));
    for (const result of results) expect(similarityGap(result, results[0])).toBeLessThan(1e-6);
  });

  it('takes no more memory the more there is', async () => {
    const { a, b } = pair(vgg);
    const bytes: number[] = [];
    const forward = (p: Params, input: tf.Tensor) => {
      bytes.push(tf.memory().numBytes);
      return vgg.forward(p, input);
    };
    async function* batches() {
      for (let i = 0; i < 6; i++) {
        const batch = networks.randomInput(vgg, 4, i);
        yield batch;
        batch.dispose();
      }
    }
    await activationMatch(vgg.spec, a, b, { forward, inputs: batches() });
    expect(bytes).toHaveLength(1 + 2 * 6); // one run to trace it, and one for each network and batch
    const ofA = bytes.filter((_, i) => i % 2 === 1);
    const ofB = bytes.filter((_, i) => i > 0 && i % 2 === 0);
    for (const list of [ofA, ofB]) expect(new Set(list).size).toBe(1);
  });

  it('is gone through again for groups whose samples others move', async () => {
    // Token mixing: the hidden units t of the first layer have the channels c as samples, which move.
    const shapes = { in: [3, 6], mix: [4, 5], back: [5, 4], out: [6, 2] };
    const spec = permutationSpec({ in: '_ c', mix: '_ t', back: 't _', out: 'c _' });
    const forward = (p: Params, input: tf.Tensor) => {
      const channels = tf.reshape(tf.matMul(tf.reshape(input, [-1, 3]), p.in), [-1, 4, 6]);
      const tokens = tf.reshape(tf.transpose(channels, [0, 2, 1]), [-1, 4]);
      const mixed = tf.reshape(tf.matMul(tf.relu(tf.matMul(tokens, p.mix)), p.back), [-1, 6, 4]);
      return tf.matMul(tf.mean(mixed, 2), p.out);
    };
    const inputs = tf.randomNormal([8, 4, 3], 0, 1, 'float32', 1);
    const seen: number[] = [];
    const { history } = await expectRecovered(spec, randomParams(shapes, 1), {
      forward,
      inputs,
      batchSize: 4,
      onProgress: ({ pass }) => seen.push(pass),
    });
    expect(seen).toEqual([1, 1, 2, 2]);
    expect(history).toHaveLength(3);
  });

  it('reports progress batch by batch', async () => {
    const { a, b, x } = pair(mlp, 10);
    const seen: object[] = [];
    await activationMatch(mlp.spec, a, b, {
      forward: mlp.forward,
      inputs: x,
      batchSize: 4,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen).toEqual([
      { pass: 1, done: 1, total: 3, samples: 4 },
      { pass: 1, done: 2, total: 3, samples: 8 },
      { pass: 1, done: 3, total: 3, samples: 10 },
    ]);
  });
});
