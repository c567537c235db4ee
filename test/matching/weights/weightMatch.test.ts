import * as tf from '@tensorflow/tfjs-core';
import {
  hammingDistance,
  identityPermutations,
  invertPermutations,
  type Permutations,
  permutationSpec,
  permute,
  randomPermutations,
  type WeightMatchOptions,
  type WeightMatchProgress,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';
import { randomParams, testNetworks } from '../../support/networks';

await useBackend('cpu');

const engines = ['packed', 'backend'] as const;

/** Coordinate descent from the networks as they are. */
const descent = { method: 'coordinateDescent', start: 'identity' } as const;

describe('options', () => {
  const [network] = testNetworks;
  const pair = () => [randomParams(network, 1), randomParams(network, 2)] as const;
  const run = (options: WeightMatchOptions) => weightMatch(network.spec, ...pair(), options);
  const groupsVisited = async (options: WeightMatchOptions) => {
    const steps: WeightMatchProgress[] = [];
    await run({ ...descent, ...options, onProgress: (step) => steps.push(step) });
    return steps.map(({ group }) => group);
  };

  it('order: forward, backward, given; random follows the seed', async () => {
    expect((await groupsVisited({ order: 'forward' })).slice(0, 2)).toEqual(['h1', 'h2']);
    expect((await groupsVisited({ order: 'backward' })).slice(0, 2)).toEqual(['h2', 'h1']);
    expect((await groupsVisited({ order: ['h2', 'h1'] })).slice(0, 4)).toEqual([
      'h2',
      'h1',
      'h2',
      'h1',
    ]);
    const orders = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((seed) => groupsVisited({ order: 'random', seed })),
    );
    expect(new Set(orders.map((groups) => groups[0])).size).toBe(2);
    expect(await groupsVisited({ order: 'random', seed: 3 })).toEqual(orders[3]);
  });

  it('initial permutations are really applied: from the answer, no step is taken', async () => {
    const [a] = pair();
    const planted = randomPermutations(network.spec, a, { seed: 8 });
    const b = permute(network.spec, a, planted);
    const match = await weightMatch(network.spec, a, b, { initial: invertPermutations(planted) });
    expect(match.sweeps).toBe(1);
    expect(match.permutations).toEqual(invertPermutations(planted));
    expect(match.history[0]).toBeCloseTo(match.objective, 4);
  });

  it('the order of the initial permutations in their record is of no account', async () => {
    const [a, b] = pair();
    const initial = randomPermutations(network.spec, a, { seed: 4 });
    const reversed = Object.fromEntries(Object.entries(initial).reverse());
    const match = (start: Permutations) =>
      weightMatch(network.spec, a, b, { initial: start, order: 'forward', maxSweeps: 1 });
    expect(Object.keys(initial).length).toBeGreaterThan(1);
    expect(await match(reversed)).toEqual(await match(initial));
  });

  it('the result shares no memory with the initial permutations', async () => {
    const [a] = pair();
    const initial = identityPermutations(network.spec, a);
    const match = await weightMatch(network.spec, a, a, { initial });
    match.permutations.h1.fill(0);
    expect(initial).toEqual(identityPermutations(network.spec, a));
  });

  it('restarts: the best run is kept, and the first one is the run without restarts', async () => {
    const single = await run({});
    const ends: number[] = [];
    const best = await run({
      restarts: 8,
      onProgress: ({ restart, objective }) => {
        ends[restart] = objective;
      },
    });
    expect(ends.length).toBe(8);
    expect(new Set(ends.map((value) => value.toFixed(3))).size).toBeGreaterThan(1);
    expect(best.objective).toBeCloseTo(Math.max(...ends), 4);
    expect(best.objective).toBeGreaterThanOrEqual(single.objective);
  });

  it('the same seed gives the same result', async () => {
    expect(await run({ seed: 4, restarts: 3 })).toEqual(await run({ seed: 4, restarts: 3 }));
  });

  it('moving statistics are permuted but not compared, unless included', async () => {
    const spec = permutationSpec({ 'bn.weight': 'c', 'bn.running_mean': 'c' });
    const a = { 'bn.weight': tf.tensor1d([1, 2]), 'bn.running_mean': tf.tensor1d([9, 0]) };
    const b = { 'bn.weight': tf.tensor1d([1, 2]), 'bn.running_mean': tf.tensor1d([0, 9]) };
    const silent = await weightMatch(spec, a, b);
    expect(silent.permutations.c).toEqual(Int32Array.of(0, 1));
    expect(silent.objective).toBe(5);
    const included = await weightMatch(spec, a, b, { include: () => true });
    expect(included.permutations.c).toEqual(Int32Array.of(1, 0));
    expect(included.objective).toBe(85); // 1·2 + 2·1 + 9·9
  });

  it('a group whose parameters are not included stays as it was', async () => {
    const spec = permutationSpec({ w: 'h', 'bn.running_mean': 'c' });
    const params = () => ({ w: tf.tensor1d([1, 2]), 'bn.running_mean': tf.tensor1d([3, 4, 5]) });
    const match = await weightMatch(spec, params(), params());
    expect(match.permutations.c).toEqual(Int32Array.of(0, 1, 2));
  });

  it('dead units stay where they are', async () => {
    const spec = permutationSpec({ in: '_ h', out: 'h _' });
    const zero = { in: tf.zeros([3, 4]), out: tf.zeros([4, 2]) };
    const match = await weightMatch(spec, zero, zero);
    expect(match.permutations.h).toEqual(Int32Array.of(0, 1, 2, 3));
    expect(match.sweeps).toBe(1);
  });

  it('onProgress sees every step, and what it throws ends the match', async () => {
    const steps: WeightMatchProgress[] = [];
    const match = await run({ ...descent, onProgress: (step) => steps.push(step) });
    expect(steps.map(({ objective }) => objective)).toEqual(match.history.slice(1));
    expect(steps.map(({ done }) => done)).toEqual(steps.map((_, i) => i + 1));
    expect(steps.at(-1)).toMatchObject({ total: null, restart: 0, sweep: match.sweeps, gain: 0 });
    const stop = () => {
      throw new Error('enough');
    };
    await expect(run({ onProgress: stop })).rejects.toThrow('enough');
  });

  it('works on networks of one unit and without groups', async () => {
    const one = { w: tf.tensor2d([[2]]), v: tf.tensor2d([[3]]) };
    expect(
      (await weightMatch(permutationSpec({ w: '_ h', v: 'h _' }), one, one)).permutations,
    ).toEqual({ h: Int32Array.of(0) });
    const none = await weightMatch(permutationSpec({ w: '_ _' }), { w: one.w }, { w: one.w });
    expect(none).toMatchObject({ permutations: {}, objective: 4, converged: true });
  });

  it('A matched to itself does not move', async () => {
    const [a] = pair();
    const match = await weightMatch(network.spec, a, a);
    for (const [group, p] of Object.entries(match.permutations)) {
      expect(hammingDistance(p, identityPermutations(network.spec, a)[group])).toBe(0);
    }
  });
});

describe('ownership and abort', () => {
  const [network] = testNetworks;

  it.each(engines)(
    'leaks no tensor and disposes no input: success, error, abort, both kernels, %s',
    async (engine) => {
      const [a, b] = [randomParams(network, 1), randomParams(network, 2)];
      for (const kernel of ['linear', 'cosine'] as const) {
        await expectNoLeak(() => weightMatch(network.spec, a, b, { kernel, engine }));
        const controller = new AbortController();
        const onProgress = () => controller.abort();
        const aborted = await expectNoLeak(() =>
          weightMatch(network.spec, a, b, {
            kernel,
            engine,
            signal: controller.signal,
            onProgress,
          }),
        );
        expect((aborted as Error).name).toBe('AbortError');
        const failed = await expectNoLeak(() =>
          weightMatch(network.spec, a, b, {
            kernel,
            engine,
            solver: () => {
              throw new Error('solver');
            },
          }),
        );
        expect((failed as Error).message).toBe('solver');
      }
      for (const tensor of [...Object.values(a), ...Object.values(b)])
        expect(tensor.isDisposed).toBe(false);
    },
  );

  it('a signal aborted before the start means no work', async () => {
    const [a, b] = [randomParams(network, 1), randomParams(network, 2)];
    const reason = new Error('not today');
    await expect(
      weightMatch(network.spec, a, b, { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });

  it('hears an abort that comes from a timer, between steps', async () => {
    const [a, b] = [randomParams(network, 1), randomParams(network, 2)];
    const wait = () => {
      const end = Date.now() + 15;
      while (Date.now() < end);
    };
    const match = weightMatch(network.spec, a, b, {
      restarts: 1000,
      onProgress: wait,
      signal: AbortSignal.timeout(100),
    });
    await expect(match).rejects.toThrow(/timeout/i);
  });
});
