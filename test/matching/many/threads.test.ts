import * as tf from '@tensorflow/tfjs-core';
import {
  type MatchManyOptions,
  matchMany,
  mlpSpec,
  munkres,
  type Params,
  randomPermutations,
} from 'perm-lmc';
import { startThreads } from 'perm-lmc/node';
import { afterAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';
import { countedLoads } from '../../support/planted';

await useBackend('wasm');
const threads = await startThreads({ count: 2 });
afterAll(() => threads.close());

const spec = mlpSpec(3);
const widths = [20, 40, 40, 10];
const network = (seed: number): Params =>
  Object.fromEntries(
    widths.slice(1).flatMap((outputs, layer) => [
      [
        `dense${layer + 1}/kernel`,
        tf.randomNormal([widths[layer], outputs], 0, 1, 'float32', 100 * seed + layer),
      ],
      [
        `dense${layer + 1}/bias`,
        tf.randomNormal([outputs], 0, 1, 'float32', 100 * seed + layer + 50),
      ],
    ]),
  );
const networks = [1, 2, 3, 4].map(network);

describe('matchMany with threads gives what it gives without', () => {
  it.each<[string, MatchManyOptions]>([
    ['a star, side by side', { start: 'star' }],
    ['a chain', {}],
    ['the best reference and several runs', { start: 'bestReference', restarts: 2, seed: 3 }],
    ['the cosine kernel', { kernel: 'cosine' }],
    ['no steps saved', { incremental: false }],
    ["a solver of the user's", { solver: munkres }],
    [
      'a start of its own',
      { initial: [1, 2, 3, 4].map((seed) => randomPermutations(spec, networks[0], { seed })) },
    ],
  ])('%s', async (_, options) => {
    const alone = await matchMany(spec, networks, options);
    expect(await expectNoLeak(() => matchMany(spec, networks, { ...options, threads }))).toEqual(
      alone,
    );
    expect(threads.work.matches).toBe(0);
  });

  it('with one more network in memory than there are threads', async () => {
    const options = { start: 'star', pairs: false } as const;
    const wanted = await matchMany(spec, networks, options);
    const loads = countedLoads();
    const lazy = networks.map(loads.load);
    expect(await expectNoLeak(() => matchMany(spec, lazy, { ...options, threads }))).toEqual(
      wanted,
    );
    expect(loads.most()).toBe(3);
  });

  it('and ends on errors and abort, with nothing left', async () => {
    for (const stopAt of [1, 6, 25]) {
      const abort = new AbortController();
      const { load } = countedLoads();
      const onProgress = ({ done }: { done: number }) => {
        if (done === stopAt) abort.abort();
      };
      const error = await expectNoLeak(() =>
        matchMany(spec, networks.map(load), {
          start: 'star',
          threads,
          signal: abort.signal,
          onProgress,
        }),
      );
      expect(error).toMatchObject({ name: 'AbortError' });
      const failing = ({ done }: { done: number }) => {
        if (done === stopAt) throw new Error('enough');
      };
      const failure = await expectNoLeak(() =>
        matchMany(spec, networks.map(load), { start: 'star', threads, onProgress: failing }),
      );
      expect(failure).toMatchObject({ message: 'enough' });
      expect(threads.work.matches).toBe(0);
    }
  });
});
