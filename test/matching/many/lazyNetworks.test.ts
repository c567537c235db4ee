import * as tf from '@tensorflow/tfjs-core';
import { type MatchManyOptions, matchMany, type Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';
import { countedLoads, network, spec } from '../../support/planted';

await useBackend('cpu');

const networks = [1, 2, 3, 4].map(network);
const count = networks.length;

describe('networks that are loaded', () => {
  const cases: [string, MatchManyOptions, number][] = [
    ['one by one from the identity', { start: 'identity', pairs: false }, 1],
    ['one by one in a chain', { start: 'chain', pairs: false }, 1],
    ['two at once in a star', { start: 'star', pairs: false }, 2],
    ['two at once for the best reference', { start: 'bestReference', pairs: false }, 2],
    ['two at once for the pairs', { start: 'identity' }, 2],
    ['on the backend', { start: 'star', engine: 'backend' }, 2],
    ['under the cosine kernel', { start: 'identity', kernel: 'cosine', pairs: false }, 1],
  ];
  it.each(cases)('%s', async (_, options, most) => {
    const wanted = await matchMany(spec, networks, options);
    const loads = countedLoads();
    const found = await expectNoLeak(() => matchMany(spec, networks.map(loads.load), options));
    expect(found).toEqual(wanted);
    expect(loads.most()).toBe(most);
  });

  it('as often as the documentation says', async () => {
    const loads = countedLoads();
    const options = { start: 'identity', order: 'forward', maxPasses: 1 } as const;
    await matchMany(spec, networks.map(loads.load), { ...options, pairs: false });
    // The first for the spec, then each for the check, the first sum, the pass and the last sum.
    expect(loads.count()).toBe(1 + 4 * count);
    const all = countedLoads();
    await matchMany(spec, networks.map(all.load), options);
    expect(all.count() - loads.count()).toBe((count * (count + 1)) / 2 - 1);
  });

  it('some of them, and the others given', async () => {
    const wanted = await matchMany(spec, networks);
    const { load } = countedLoads();
    const mixed = networks.map((params, k) => (k % 2 === 0 ? load(params) : params));
    expect(await expectNoLeak(() => matchMany(spec, mixed))).toEqual(wanted);
    for (const params of networks) {
      for (const tensor of Object.values(params)) expect(tensor.isDisposed).toBe(false);
    }
  });

  it('two of them, and the steps of sequences', async () => {
    const { load, most } = countedLoads();
    const [a, b] = networks;
    const wanted = await matchMany(spec, [a, b]);
    expect(await expectNoLeak(() => matchMany(spec, [load(a), load(b)]))).toEqual(wanted);
    const sequences = [0, 1, 2].map((k) => [networks[k], networks[k + 1]]);
    const ofSteps = await matchMany(spec, sequences, { start: 'identity', pairs: false });
    const lazy = sequences.map((steps) => steps.map(load));
    const options = { start: 'identity', pairs: false } as const;
    expect(await expectNoLeak(() => matchMany(spec, lazy, options))).toEqual(ofSteps);
    expect(most()).toBe(2);
  });

  it('and are disposed on errors and abort', async () => {
    for (const engine of ['packed', 'backend'] as const) {
      for (const stopAt of [1, 4, 20]) {
        const { load } = countedLoads();
        const abort = new AbortController();
        const aborting = {
          engine,
          signal: abort.signal,
          onProgress: ({ done }: { done: number }) => {
            if (done === stopAt) abort.abort();
          },
        };
        const lazy = networks.map(load);
        const error = await expectNoLeak(() => matchMany(spec, lazy, aborting));
        expect(error).toMatchObject({ name: 'AbortError' });
        const failing = {
          engine,
          onProgress: ({ done }: { done: number }) => {
            if (done === stopAt) throw new Error('enough');
          },
        };
        const failure = await expectNoLeak(() => matchMany(spec, lazy, failing));
        expect(failure).toMatchObject({ message: 'enough' });
      }
    }
  });

  it('that cannot be loaded, or do not fit, are named', async () => {
    const { load } = countedLoads();
    const [first, second] = networks.map(load);
    const broken = () => Promise.reject(new Error('no such file'));
    expect(await expectNoLeak(() => matchMany(spec, [first, second, broken]))).toMatchObject({
      message: expect.stringMatching(
        /^matchMany: network 2 could not be loaded: no such file\. See the cause/,
      ),
    });
    const steps = [
      [first, second],
      [second, broken],
    ];
    expect(await expectNoLeak(() => matchMany(spec, steps))).toMatchObject({
      message: expect.stringMatching(/^matchMany: network 1, step 1 could not be loaded/),
    });
    const none = () => null as unknown as Params;
    expect(await expectNoLeak(() => matchMany(spec, [first, none, second]))).toMatchObject({
      message: expect.stringMatching(/^matchMany: the result of the function for network 1/),
    });
    const wide = () => ({ ...network(1), 'dense1/bias': tf.zeros([3]) });
    const error = await matchMany(spec, [first, second, wide]).catch((reason) => reason);
    expect(error.message).toMatch(
      /^matchMany: parameter 'dense1\/bias' .* \[9\] in network 0, \[3\] in network 2/,
    );
  });
});
