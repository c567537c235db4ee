import * as tf from '@tensorflow/tfjs-core';
import {
  identityPermutations,
  invertPermutations,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
  type SinkhornMatchOptions,
  sinkhornMatch,
  sinkhornMatcher,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { solveAssignment } from '../../../../src/assignment';
import { bestRounding } from '../../../../src/matching/learned/sinkhorn/bestRounding';
import { implicitSinkhorn } from '../../../../src/matching/learned/sinkhorn/implicitSinkhorn';
import { learnLogits } from '../../../../src/matching/learned/sinkhorn/learnLogits';
import { noisyLogits } from '../../../../src/matching/learned/sinkhorn/logitsAt';
import { weightObjective } from '../../../../src/matching/learned/sinkhorn/weightObjective';
import { resolveSpec } from '../../../../src/symmetry/internal';
import { useBackend } from '../../../support/backend';
import { attention } from '../../../support/fibredNetworks';
import { expectNoLeak, expectPermutations, expectSameFunction } from '../../../support/invariants';
import {
  randomInput,
  randomParams,
  type TestNetwork,
  testNetworks,
} from '../../../support/networks';

await useBackend('cpu');

const [mlp] = testNetworks;

// y = x Σ v w with target 4 at x = 1, L = ½ (y − 4)². Units (w, v): A (2, 2), (0, 2), B (3, 2), (2, −1).
const two = permutationSpec({ w: 'h', v: 'h' });
const a = { w: tf.tensor1d([2, 0]), v: tf.tensor1d([2, 2]) };
const b = { w: tf.tensor1d([3, 2]), v: tf.tensor1d([2, -1]) };
const data = { x: tf.tensor2d([[1]]), y: tf.tensor2d([[4]]) };
const forward = ({ w, v }: Params, x: tf.Tensor) => tf.mul(x, tf.sum(tf.mul(w, v)));
const loss = (y: tf.Tensor, target: tf.Tensor) =>
  tf.mul(tf.mean(tf.squaredDifference(y, target)), 0.5);
/** Logits X = I at τ = 1: p = P_00 = 1 / (1 + e⁻¹) = .7311. */
const p = 1 / (1 + Math.exp(-1));
const share = (Math.E - 1) / (Math.E + 1); // log(1 + 2 share / (1 − share)) = 1
const atI = { start: 'identity', share, temperature: 1 } as const;

describe('sinkhornMatch, by hand', () => {
  it.each([
    // At the midpoint w = ½(2 + 3p + 2(1 − p), 3(1 − p) + 2p), and likewise v: L = 1.125 p⁴.
    ['midpoint', { forward, data, loss }, 1.125 * p ** 4, 1.125],
    // S = 6 + 2p: 8 at the identity.
    ['similarity', {}, -(6 + 2 * p), -8],
    // |A − θ(P)|² = 20p² − 24p + 18, over four values.
    ['distance', {}, (20 * p ** 2 - 24 * p + 18) / 4, 14 / 4],
  ] as const)(
    'has the loss of soft permutations and of the start: %s',
    async (objective, from, soft, hard) => {
      const options = { ...from, ...atI, objective, steps: 1 } as SinkhornMatchOptions;
      const { history, startLoss } = await sinkhornMatch(two, a, b, options);
      expect(history[0]).toBeCloseTo(soft, 4);
      expect(startLoss).toBeCloseTo(hard, 5);
    },
  );

  // ∂L/∂x00 = 2.25 p⁴ (1 − p) = .1728 = g, and −g for x01. A step of SGD gives p = 1 / (1 + exp(−1 + 2g)).
  it.each(['implicit', 'unrolled'] as const)('steps along the gradient, %s', async (gradient) => {
    const g = 2.25 * p ** 4 * (1 - p);
    expect(g).toBeCloseTo(0.1728, 4);
    const options = { forward, data, loss, ...atI, gradient, steps: 2 };
    const { history } = await sinkhornMatch(two, a, b, {
      ...options,
      optimizer: () => tf.train.sgd(1),
    });
    const next = 1 / (1 + Math.exp(-1 + 2 * g));
    expect(history[1]).toBeCloseTo(1.125 * next ** 4, 4);
  });

  it('finds the swap, of loss 0 at the midpoint, where S prefers the identity', async () => {
    const found = await sinkhornMatch(two, a, b, { forward, data, loss, steps: 40 });
    expect([...found.permutations.h]).toEqual([1, 0]);
    expect(found.loss).toBeCloseTo(0, 6);
    expect(found.startLoss).toBeCloseTo(1.125, 5);
    expect(found.objective).toBeCloseTo(6, 5);
    expect(found.entropy.h).toBeLessThan(0.5);
    expect([...found.similarity.h]).toEqual([2 * 2 + 2 * -1, 0 * 3 + 2 * 2]);
    const bySimilarity = await sinkhornMatch(two, a, b, { initial: { h: Int32Array.of(1, 0) } });
    expect([...bySimilarity.permutations.h]).toEqual([0, 1]);
    expect(bySimilarity.loss).toBeCloseTo(-8, 5);
  });
});

/** Soft permutations from noise that lower −S, rounded without a descent after them. */
async function learned(network: TestNetwork, first: Params, second: Params, steps: number) {
  const { spec } = network;
  const resolved = resolveSpec(spec, first);
  const { groups } = resolved;
  const start = identityPermutations(spec, first);
  const objective = weightObjective(resolved, first, second, 'similarity', [
    ...new Set(resolved.places.map(({ param }) => param)),
  ]);
  const soften = implicitSinkhorn({ tolerance: 1e-4, passes: 100 });
  const points = learnLogits(noisyLogits(groups, { seed: 1, temperature: 1 }), {
    ...{ resolved, params: second, objective, held: start, soften, steps },
    temperatureAt: () => 1,
    optimizer: () => tf.train.adam(0.3),
    yieldPoint: async () => {},
  });
  const settings = { groups, objective, start, solver: solveAssignment, steps };
  return bestRounding(points, { ...settings, onProgress: undefined });
}

describe('soft permutations', () => {
  it.each([
    [mlp, 40],
    [testNetworks[2], 40],
    [attention, 60],
  ])('recover planted ones from noise: $name', async (network, steps) => {
    const first = randomParams(network, 1);
    const planted = randomPermutations(network.spec, first, { seed: 2 });
    const second = permute(network.spec, first, planted);
    const { permutations } = await learned(network, first, second, steps);
    expect(permutations).toEqual(invertPermutations(planted));
  });

  // Units 0, 1 are in head 0. S = Σ G[i, p[i]] with blocks G00 = I, G01 = [[0,3],[2,0]], G10 = [[4,0],[0,0]],
  // G11 = [[0,0],[0,1]]: the heads are worth [[2,5],[4,1]], so they swap.
  it('order two heads with what is inside them', async () => {
    const gram = [
      [1, 0, 0, 3],
      [0, 1, 2, 0],
      [4, 0, 0, 0],
      [0, 0, 0, 1],
    ];
    const spec = permutationSpec({ w: '(h d[h]) _' }, { sizes: { h: 2 } });
    const network = { ...mlp, spec };
    const second = { w: tf.transpose(tf.tensor2d(gram)) };
    const { permutations } = await learned(network, { w: tf.eye(4) }, second, 60);
    expect([...permutations.h]).toEqual([1, 0]);
    expect([...permutations.d]).toEqual([3, 2, 0, 1]);
  });
});

describe('sinkhornMatch', () => {
  const networks = (seed: number) => [1, 2].map((own) => randomParams(mlp, own + seed));
  const labelled = (network: TestNetwork, count: number) => ({
    x: randomInput(network, count, 5),
    y: tf.tensor1d(
      Int32Array.from({ length: count }, (_, i) => i % 3),
      'int32',
    ),
  });

  it('keeps the function of the network, heads and stored statistics included', async () => {
    for (const network of [testNetworks[2], attention]) {
      const [first, second] = [1, 2].map((seed) => randomParams(network, seed));
      const { permutations } = await sinkhornMatch(network.spec, first, second, { steps: 5 });
      expectPermutations(permutations);
      const x = randomInput(network, 3, 4);
      await expectSameFunction(
        network.forward,
        second,
        permute(network.spec, second, permutations),
        x,
      );
    }
  });

  it('is never worse than its start, by weights and by data', async () => {
    const [first, second] = networks(10);
    const options = { steps: 10, validationSize: 30 };
    const task = { forward: mlp.forward, data: labelled(mlp, 30) };
    const matched = await weightMatch(mlp.spec, first, second);
    for (const objective of ['similarity', 'distance'] as const) {
      const found = await sinkhornMatch(mlp.spec, first, second, { objective, steps: 10 });
      expect(found.loss).toBeLessThanOrEqual(found.startLoss);
      expect(found.objective).toBeGreaterThanOrEqual(matched.objective - 1e-4);
    }
    for (const objective of ['midpoint', 'random'] as const) {
      const found = await sinkhornMatch(mlp.spec, first, second, {
        ...task,
        ...options,
        objective,
      });
      expect(found.loss).toBeLessThanOrEqual(found.startLoss);
      expect(found.history).toHaveLength(10);
    }
  });

  it('gives the same with the same seed, and as a matcher', async () => {
    const [first, second] = networks(20);
    const options = {
      ...{ forward: mlp.forward, data: labelled(mlp, 24), batchSize: 8, steps: 12 },
      ...({ start: 'noise', objective: 'random' } as const),
    };
    const [one, other] = [
      await sinkhornMatch(mlp.spec, first, second, options),
      await sinkhornMatcher(mlp.spec, options)(first, second, {}),
    ];
    expect(other).toEqual(one);
    const third = await sinkhornMatch(mlp.spec, first, second, { ...options, seed: 1 });
    expect(third.history).not.toEqual(one.history);
  });

  it('reports each step, and the least loss so far', async () => {
    const [first, second] = networks(30);
    const seen: number[] = [];
    const { loss } = await sinkhornMatch(mlp.spec, first, second, {
      ...{ forward: mlp.forward, data: labelled(mlp, 20), steps: 7 },
      onProgress: ({ done, total, loss }) => seen.push(done, total, loss),
    });
    expect(seen.filter((_, at) => at % 3 === 0)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(seen.slice(-2)).toEqual([7, loss]);
  });

  it('leaves no tensor on success, on error and on abort, nor changes its inputs', async () => {
    const [first, second] = networks(40);
    const task = { forward: mlp.forward, data: labelled(mlp, 20), batchSize: 10, steps: 6 };
    const values = await first[Object.keys(first)[0]].data();
    await expectNoLeak(() => sinkhornMatch(mlp.spec, first, second, task));
    await expectNoLeak(() => sinkhornMatch(mlp.spec, first, second, { steps: 3 }));
    const controller = new AbortController();
    const aborted = await expectNoLeak(() =>
      sinkhornMatch(mlp.spec, first, second, {
        ...task,
        signal: controller.signal,
        onProgress: ({ done }) => done === 3 && controller.abort(),
      }),
    );
    expect(aborted).toMatchObject({ name: 'AbortError' });
    for (const wrong of [
      { loss: () => tf.scalar(Number.NaN) },
      { optimizer: () => tf.train.sgd(Number.POSITIVE_INFINITY) },
      { onProgress: () => Promise.reject(new Error('mine')) },
    ]) {
      const error = await expectNoLeak(() =>
        sinkhornMatch(mlp.spec, first, second, { ...task, ...wrong }),
      );
      expect(error).toBeInstanceOf(Error);
    }
    expect(await first[Object.keys(first)[0]].data()).toEqual(values);
  });

  it.each<[string, object, RegExp]>([
    [
      'an objective without its data',
      { objective: 'midpoint' },
      /objective must be 'similarity' or 'distance', received midpoint\. Pass .* forward and data/s,
    ],
    [
      'an objective that takes no data',
      { objective: 'distance', forward, data },
      /objective must be 'midpoint' or 'random'/,
    ],
    ['forward without data', { forward }, /data must be/],
    ['a loss without data', { loss: () => tf.scalar(1) }, /loss is only for a loss on data/],
    ['a batch size without data', { batchSize: 5 }, /batchSize is only for a loss on data/],
    [
      'a temperature that throws',
      {
        temperature: () => {
          throw new Error('cold');
        },
      },
      /temperature failed: cold/,
    ],
    [
      'a function that makes no optimiser',
      {
        optimizer: () => {
          throw new Error('none');
        },
      },
      /optimizer failed: none/,
    ],
    [
      'a temperature of 0',
      { temperature: 0 },
      /temperature must be a finite number > 0, received 0/,
    ],
    [
      'a temperature that turns infinite',
      { temperature: (done: number) => 1 / (1 - done), steps: 2 },
      /temperature must be a finite number > 0, received Infinity/,
    ],
    ['a share of 1', { share: 1 }, /share must be a number in \(0, 1\), received 1/],
    ['two starts', { start: 'noise', initial: {} }, /start and initial both say/],
    ['steps that are no number', { steps: -1 }, /steps must be an integer ≥ 0, received -1/],
    ['an optimiser that is none', { optimizer: 'adam' }, /optimizer must be an optimizer of tfjs/],
    ['an unknown gradient', { gradient: 'exact' }, /gradient must be 'implicit' or 'unrolled'/],
    ['a wrong permutation', { initial: { h: Int32Array.of(0, 0) } }, /h/],
    ['an unknown option', { epochs: 3 }, /no option 'epochs'/],
  ])('refuses %s', async (_, options, message) => {
    const error = await expectNoLeak(() => sinkhornMatch(two, a, b, options as never));
    expect(String(error)).toMatch(message);
    expect(error).toMatchObject({ name: 'InvalidInputError' });
  });

  it('has the distance 0 where there is no group', async () => {
    const fixed = permutationSpec({}, { unlisted: 'fixed' });
    const found = await sinkhornMatch(fixed, a, b, { objective: 'distance', steps: 1 });
    expect(found).toMatchObject({ permutations: {}, loss: 0, startLoss: 0 });
  });

  it('returns permutations of its own, not those of the caller', async () => {
    const initial = { h: Int32Array.of(0, 1) };
    const { permutations } = await sinkhornMatch(two, a, b, { forward, data, initial, steps: 0 });
    expect(permutations.h).not.toBe(initial.h);
  });

  it('gives the least loss after each step, from that of the start to that of the result', async () => {
    for (const task of [{ forward, data }, {}]) {
      const found = await sinkhornMatch(two, a, b, { ...task, steps: 7 });
      expect(found.losses).toHaveLength(8);
      expect([found.losses[0], found.losses[7]]).toEqual([found.startLoss, found.loss]);
      expect(found.losses).toEqual([...found.losses].sort((p, q) => q - p));
    }
  });

  it('names a value that is not finite before any step', async () => {
    const broken = { ...b, w: tf.tensor1d([Number.NaN, 1]) };
    for (const start of ['weights', 'identity'] as const) {
      await expect(sinkhornMatch(two, a, broken, { start })).rejects.toThrow(
        /parameter 'w' of b holds NaN/,
      );
    }
  });
});
