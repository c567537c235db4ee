import * as tf from '@tensorflow/tfjs-core';
import {
  InvalidInputError,
  identityPermutations,
  invertPermutations,
  type MatchStart,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
  solveAssignment,
  type WeightMatchOptions,
  type WeightMatchProgress,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import type { MatchedNetworks } from '../../../src/matching/weights/matchedNetworks';
import type { MatchMethod } from '../../../src/matching/weights/matchMethod';
import { prepareMatch } from '../../../src/matching/weights/prepareMatch';
import { tensorNetworks } from '../../../src/matching/weights/tensorNetworks';
import { useBackend } from '../../support/backend';
import { fibredNetworks } from '../../support/fibredNetworks';
import { expectNoLeak } from '../../support/invariants';
import { knotty, knottyParams } from '../../support/knotty';
import { randomParams, testNetworks } from '../../support/networks';
import { withNoise } from '../../support/noise';
import { preparedPair } from '../../support/preparedPair';

await useBackend('cpu');

const [mlp] = testNetworks;
const kernels = ['linear', 'cosine'] as const;

describe('start', () => {
  const match = (a: Params, b: Params, options: WeightMatchOptions) =>
    weightMatch(mlp.spec, a, b, options);

  it.each(kernels)(
    "'auto' takes the better of signatures and identity by S, %s",
    async (kernel) => {
      const a = randomParams(mlp, 1);
      const near = withNoise(a, 0.3, 4); // In the same order: the identity is better.
      const far = randomParams(mlp, 2);
      const found: string[] = [];
      for (const b of [near, far]) {
        const [auto, signature, identity] = [
          await match(a, b, { kernel }),
          await match(a, b, { kernel, start: 'signature' }),
          await match(a, b, { kernel, start: 'identity' }),
        ];
        expect(signature.runs[0].start).toBe('signature');
        expect(identity.runs[0].start).toBe('identity');
        const better = identity.history[0] >= signature.history[0] ? identity : signature;
        expect(auto).toEqual(better);
        found.push(auto.runs[0].start);
      }
      expect(found).toEqual(['identity', 'signature']);
    },
  );

  it("is 'auto' by default", async () => {
    const [a, b] = [randomParams(mlp, 1), randomParams(mlp, 2)];
    expect(await match(a, b, {})).toEqual(await match(a, b, { start: 'auto' }));
  });

  it("'identity' starts with the networks as they are", async () => {
    const [a, b] = [randomParams(mlp, 1), randomParams(mlp, 2)];
    const pair = await preparedPair(mlp.spec, a, b);
    const { history } = await match(a, b, { start: 'identity' });
    const asTheyAre = await pair.objective(identityPermutations(mlp.spec, a));
    expect(history[0]).toBeCloseTo(asTheyAre, 4);
    pair.dispose();
  });

  it('initial takes the place of start', async () => {
    const [a, b] = [randomParams(mlp, 1), randomParams(mlp, 2)];
    const pair = await preparedPair(mlp.spec, a, b);
    const initial = randomPermutations(mlp.spec, a, { seed: 3 });
    const { history, runs } = await match(a, b, { initial });
    expect(history[0]).toBeCloseTo(await pair.objective(initial), 4);
    expect(runs[0].start).toBe('initial');
    pair.dispose();
  });

  it('is refused together with initial, and unless it is one of three', async () => {
    const [a, b] = [randomParams(mlp, 1), randomParams(mlp, 2)];
    const initial = randomPermutations(mlp.spec, a, { seed: 3 });
    const both = await expectNoLeak(() => match(a, b, { initial, start: 'auto' }));
    expect(both).toBeInstanceOf(InvalidInputError);
    expect(both).toMatchObject({ fn: 'weightMatch', param: 'start', received: 'auto' });
    const unknown = match(a, b, { start: 'random' as MatchStart });
    await expect(unknown).rejects.toMatchObject({ fn: 'weightMatch', param: 'start' });
    const method = match(a, b, { method: 'newton' as MatchMethod });
    await expect(method).rejects.toMatchObject({ fn: 'weightMatch', param: 'method' });
  });
});

const cases = [
  ...[...testNetworks, ...fibredNetworks].map((network) => ({
    name: network.name,
    spec: network.spec,
    make: (seed: number) => randomParams(network, seed),
  })),
  { name: 'knotty patterns', spec: knotty.spec, make: knottyParams },
];

describe.each(cases)('$name', ({ spec, make }) => {
  it.each(kernels)('copies need no iteration: S is the bound, %s', async (kernel) => {
    const a = make(1);
    const planted = randomPermutations(spec, a, { seed: 6 });
    for (const [b, expected] of [
      [permute(spec, a, planted), invertPermutations(planted)],
      [a, identityPermutations(spec, a)],
    ] as const) {
      const steps: WeightMatchProgress[] = [];
      const match = await weightMatch(spec, a, b, {
        ...{ kernel, restarts: 4, include: (name: string) => !/num_batches/.test(name) },
        onProgress: (step) => steps.push(step),
      });
      expect(match.permutations).toEqual(expected);
      expect(match.runs).toEqual([
        {
          start: b === a ? 'identity' : 'signature',
          method: 'coordinateDescent',
          objective: match.objective,
          ...{ iterations: 0, sweeps: 1, converged: true },
        },
      ]);
      expect(new Set(steps.map(({ phase }) => phase))).toEqual(new Set(['descent']));
      expect(Math.abs(match.objective - match.bound)).toBeLessThanOrEqual(1e-5 * match.bound);
    }
  });

  it.each(kernels)(
    'either bound is at least S of every run, and the runs are told, %s',
    async (kernel) => {
      for (const [seed, which] of [
        [1, 'norm'],
        [2, 'signature'],
      ] as const) {
        const [a, b] = [make(seed), make(seed + 20)];
        const { bound, objective, runs, history, sweeps, converged } = await weightMatch(
          spec,
          a,
          b,
          {
            ...{ kernel, seed, restarts: 3, bound: which },
          },
        );
        expect(runs.length).toBe(3);
        expect(['signature', 'identity']).toContain(runs[0].start);
        expect(runs.slice(1).map(({ start }) => start)).toEqual(['random', 'random']);
        for (const run of runs) {
          expect(run.method).toBe('frankWolfe');
          expect(run.objective).toBeLessThanOrEqual(bound * (1 + 1e-5));
          expect(run.sweeps).toBeGreaterThan(0);
        }
        const best = runs.find((run) => run.objective === objective);
        expect(objective).toBe(Math.max(...runs.map((run) => run.objective)));
        expect(best).toMatchObject({ sweeps, converged });
        expect(history.at(-1)).toBeCloseTo(objective, 2);
        tf.dispose([a, b]);
      }
    },
  );
});

describe('method', () => {
  const plan = async (units: number, bytes: number, method: MatchMethod = 'frankWolfe') => {
    const spec = permutationSpec({ bias: 'g', other: 'h' });
    const params = { bias: tf.zeros([units]), other: tf.zeros([2]) };
    const found = tensorNetworks(spec, params, params, {
      include: () => true,
      engine: 'packed',
      threads: undefined,
    });
    const networks: MatchedNetworks = { ...found, weights: { ...found.weights, bytes } };
    const settings = {
      order: 'random',
      seed: 0,
      restarts: 3,
      maxSweeps: 100,
      kernel: 'linear',
      bound: 'norm',
    } as const;
    const work = { solver: solveAssignment, yieldPoint: async () => {}, threads: undefined };
    const start = { start: 'identity', initial: undefined, method } as const;
    const match = await prepareMatch(networks, { ...settings, ...start, ...work });
    networks.dispose();
    tf.dispose(params);
    return [match.method, ...match.runs.map((run) => run.method)];
  };

  it("'frankWolfe' is left out where its matrices, 8·n² bytes a group, are larger than both networks and 64 MB", async () => {
    const all = (method: MatchMethod) => Array(4).fill(method);
    // 8 · (2896² + 2²) = 67 094 560 bytes; 64 MB are 67 108 864.
    expect(await plan(2896, 0)).toEqual(all('frankWolfe'));
    expect(await plan(2897, 0)).toEqual(all('coordinateDescent'));
    // 8 · (2897² + 2²) = 67 140 904.
    expect(await plan(2897, 67_140_904)).toEqual(all('frankWolfe'));
    expect(await plan(2897, 67_140_903)).toEqual(all('coordinateDescent'));
    expect(await plan(4, 0, 'coordinateDescent')).toEqual(all('coordinateDescent'));
  });

  it('combined with every start and kernel ends at a fixed point of coordinate descent', async () => {
    const [a, b] = [randomParams(mlp, 5), randomParams(mlp, 6)];
    for (const kernel of kernels) {
      const pair = await preparedPair(mlp.spec, a, b, kernel);
      for (const method of ['frankWolfe', 'coordinateDescent'] as const) {
        for (const start of ['auto', 'signature', 'identity'] as const) {
          const options = { kernel, method, start };
          const match = await weightMatch(mlp.spec, a, b, options);
          expect(match.converged).toBe(true);
          expect(match.runs[0].method).toBe(method);
          expect(match.runs[0].iterations > 0).toBe(method === 'frankWolfe');
          expect(match.objective).toBeCloseTo(await pair.objective(match.permutations), 4);
          const again = await weightMatch(mlp.spec, a, b, {
            ...{ kernel, method: 'coordinateDescent', initial: match.permutations },
          });
          expect(again.permutations).toEqual(match.permutations);
          const plain = await weightMatch(mlp.spec, a, b, { ...options, incremental: false });
          expect(plain.permutations).toEqual(match.permutations);
          expect(plain.objective).toBeCloseTo(match.objective, 4);
        }
      }
      pair.dispose();
    }
  });
});
