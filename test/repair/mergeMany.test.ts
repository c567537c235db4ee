import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import {
  average,
  InvalidInputError,
  type MergeManyOptions,
  type MergeManyProgress,
  matchMany,
  mergeMany,
  type NetworkSource,
  type Params,
  permute,
  repair,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { mixture, runningMixture } from '../../src/merging/internal';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import { randomInput, randomParams, testNetworks } from '../support/networks';
import { countedLoads, mlp, network, shuffled, spec } from '../support/planted';

await useBackend('cpu');

const networks = [1, 2, 3, 4].map(network);
const vgg = testNetworks.find(({ name }) => name === 'VGG with batch norm, tfjs')!;

/** The networks with their units moved as in a joint match. */
async function alignedBy(
  { spec: own }: Pick<typeof mlp, 'spec'>,
  all: readonly Params[],
  options: MergeManyOptions['match'] = {},
) {
  const match = await matchMany(own, all, options);
  return { match, aligned: all.map((params, i) => permute(own, params, match.permutations[i])) };
}

describe('mergeMany', () => {
  const cases: [string, readonly Params[], MergeManyOptions][] = [
    ['four networks', networks, {}],
    ['two networks', networks.slice(0, 2), { weights: [0.25, 0.75] }],
    ['with weights', networks, { weights: [0, 0.5, 0, 0.5] }],
    ['one of weight 1', networks, { weights: [0, 0, 1, 0] }],
    ['with any weights', networks, { weights: [-1, 0.5, 2, 1], anyWeights: true }],
    ['with options of the match', networks, { match: { reference: 2, kernel: 'cosine' } }],
  ];
  it.each(cases)('averages what matchMany aligns: %s', async (_, all, options) => {
    const { match: ofMatch, ...ofAverage } = options;
    const { match, aligned } = await alignedBy(mlp, all, ofMatch);
    const merged = await mergeMany(spec, all, options);
    expect(merged.match).toEqual(match);
    await expectSameParams(merged.params, average(aligned, ofAverage));
  });

  it('gives copies in orders of their own back in the order of the reference', async () => {
    const [base] = networks;
    const copies = [shuffled(base, 5), base, shuffled(base, 6)];
    const { params } = await mergeMany(spec, copies, { match: { reference: 1 } });
    await expectSameParams(params, base);
  });

  it('takes integers from the first network, and refuses them otherwise before it loads others', async () => {
    const counted = networks.map((params, i) => ({ ...params, steps: tf.scalar(i, 'int32') }));
    const own = { ...spec, unlisted: 'fixed' as const };
    const { params } = await mergeMany(own, counted.slice(1), { integers: 'first' });
    expect(await params.steps.data()).toEqual(Int32Array.of(1));
    const { load, count } = countedLoads();
    const mixed = [counted[0], load(counted[1]), load(counted[2])];
    await expect(mergeMany(own, mixed)).rejects.toThrow(/mergeMany: parameter 'steps' is int32/);
    expect(count()).toBe(0);
  });

  it.each([
    ['an MLP', mlp, {}],
    ['a network with batch normalisation', vgg, { weights: [0.5, 0.2, 0.3] }],
  ] as const)('repairs the mean on data as repair does: %s', async (_, own, options) => {
    const all = [1, 2, 3].map((seed) => randomParams(own, seed));
    const { forward } = own;
    const data = { forward, inputs: randomInput(own, 12, 7), batchSize: 5 };
    const { aligned } = await alignedBy(own, all);
    const { weights } = options as MergeManyOptions;
    const parents = { ...data, weights };
    const wanted = await repair(average(aligned, { weights }), aligned, parents);
    const merged = await mergeMany(own.spec, all, { ...options, repair: data });
    await expectSameParams(merged.params, wanted);
    const plain = await mergeMany(own.spec, all, options);
    await expect(expectSameParams(merged.params, plain.params)).rejects.toThrow();
  });

  it('loads one network at a time, for the same result', async () => {
    const data = { forward: mlp.forward, inputs: randomInput(mlp, 8, 7) };
    const options = { repair: data, match: { start: 'identity', pairs: false } } as const;
    const wanted = await mergeMany(spec, networks, options);
    const loads = countedLoads();
    const kept = Object.keys(wanted.params).length;
    const found = await expectNoLeak(
      () => mergeMany(spec, networks.map(loads.load), options),
      kept,
    );
    expect(loads.most()).toBe(1);
    const { params, match } = found as typeof wanted;
    expect(match).toEqual(wanted.match);
    await expectSameParams(params, wanted.params);
  });

  it('reports its phases in order', async () => {
    const seen: MergeManyProgress[] = [];
    const data = { forward: mlp.forward, inputs: randomInput(mlp, 8, 7) };
    await mergeMany(spec, networks, { repair: data, onProgress: (step) => seen.push(step) });
    const of = (phase: string) => seen.filter((step) => step.phase === phase);
    expect([...of('match'), ...of('average'), ...of('repair')]).toEqual(seen);
    expect(of('match').every(({ total }) => total === null)).toBe(true);
    expect(of('match').length).toBeGreaterThan(networks.length);
    expect(of('average')).toEqual(
      [1, 2, 3, 4].map((done) => ({ done, total: 4, phase: 'average' })),
    );
    expect(of('repair')).toEqual([1, 2].map((done) => ({ done, total: 2, phase: 'repair' })));
  });

  it('leaks nothing on abort and on errors, in every phase', async () => {
    const data = { forward: mlp.forward, inputs: randomInput(mlp, 8, 7) };
    for (const phase of ['match', 'average', 'repair'] as const) {
      const { load } = countedLoads();
      const controller = new AbortController();
      const aborted = await expectNoLeak(() =>
        mergeMany(spec, networks.map(load), {
          repair: data,
          signal: controller.signal,
          onProgress: (step) => {
            if (step.phase === phase) controller.abort();
          },
        }),
      );
      expect(aborted).toMatchObject({ name: 'AbortError' });
    }
    const { load } = countedLoads();
    let left = 12;
    const failing = (params: Params) => async () => {
      if (left-- === 0) throw new Error('no more');
      return load(params)();
    };
    const error = await expectNoLeak(() => mergeMany(spec, networks.map(failing)));
    expect((error as Error).message).toMatch(/^mergeMany: network \d could not be loaded: no more/);
    for (const params of networks) {
      for (const tensor of Object.values(params)) expect(tensor.isDisposed).toBe(false);
    }
  });

  const forward = mlp.forward;
  const inputs = randomInput(mlp, 8, 7);
  const refused: [string, unknown, unknown, RegExp][] = [
    ['one network', networks.slice(0, 1), {}, /at least 2 networks, received 1/],
    ['no array', networks[0], {}, /array of at least 2 networks/],
    ['a sequence', [networks, networks], {}, /network 0 is an array, and sequences have no mean/],
    ['weights too few', networks, { weights: [1] }, /4 networks and 1 weights/],
    ['weights of another sum', networks, { weights: [1, 1, 1, 1] }, /the weights sum to 4/],
    ['an option that there is not', networks, { restarts: 2 }, /restarts/],
    ['a wrong option of the match', networks, { match: { start: 'best' } }, /start/],
    ['a repair without data', networks, { repair: { forward } }, /repair: inputs must hold/],
    ['a repair without forward', networks, { repair: { inputs } }, /repair: forward must be/],
    ['a repair that is none', networks, { repair: true }, /repair must be an object/],
    ['networks that differ', [networks[0], randomParams(vgg, 1)], {}, /network 1|network 0/],
  ];
  it.each(refused)('refuses %s', async (_, all, options, message) => {
    const error = await expectNoLeak(() =>
      mergeMany(spec, all as NetworkSource[], options as MergeManyOptions),
    );
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(/^mergeMany: /);
    expect((error as Error).message).toMatch(message);
  });
});

describe('a running mixture', () => {
  const value = fc.constantFrom(0, -0, 1, 0.1, -2.7, 1e30, Number.NaN, Number.POSITIVE_INFINITY);
  const weight = fc.constantFrom(0, 1, 0.5, 0.25, -1, 0.1);
  it('is the mixture of all networks, bit by bit', async () => {
    const problem = fc.integer({ min: 1, max: 4 }).chain((count) =>
      fc.tuple(
        fc.array(fc.array(value, { minLength: 6, maxLength: 6 }), {
          minLength: count,
          maxLength: count,
        }),
        fc.oneof(
          fc.constant(new Array<number>(count).fill(1 / count)),
          fc.array(weight, { minLength: count, maxLength: count }),
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(problem, async ([rows, weights]) => {
        const models = rows.map((row, i) => ({
          steps: tf.scalar(i, 'int32'),
          w: tf.tensor2d(row, [2, 3]),
        }));
        const error = await expectNoLeak(async () => {
          const wanted = mixture(models, weights, { integers: 'first' });
          const running = runningMixture(weights, { integers: 'first' });
          for (const model of models) running.add(model);
          const found = running.result();
          running.dispose();
          expect(Object.keys(found)).toEqual(Object.keys(wanted));
          for (const name of ['w', 'steps'] as const) {
            expect(await found[name].data()).toEqual(await wanted[name].data());
          }
          tf.dispose([wanted, found]);
        });
        tf.dispose(models);
        if (error instanceof Error) throw error;
      }),
      { numRuns: 200 },
    );
  });
});
