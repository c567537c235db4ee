import * as tf from '@tensorflow/tfjs-core';
import {
  type FoldOptions,
  fold,
  type Params,
  type PermutationSpec,
  permutationSpec,
  resetBatchNorm,
} from 'perm-lmc';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  agreeingNetwork,
  baseParams,
  randomMembers,
  sizedNetworks,
} from '../../support/agreeingNetworks';
import { useBackend } from '../../support/backend';
import { mnistTest, readParams } from '../../support/fixtures';
import { expectNoLeak, expectSameParams, greatestDifference } from '../../support/invariants';
import { mlpForward } from '../../support/networks';
import { randomTensor } from '../../support/randomTensor';

beforeAll(() => useBackend('cpu'));

/** f(x) = c + Σ o·relu(w x + b) with units (w, b | o). */
const spec = permutationSpec({ w: '_ h>', b: 'h>', o: '>h _' });
const network = (units: readonly (readonly [number, number, number])[]): Params => ({
  w: tf.tensor2d([units.map(([w]) => w)]),
  b: tf.tensor1d(units.map(([, b]) => b)),
  o: tf.tensor2d(units.map(([, , o]) => [o])),
});
const valuesOf = (params: Params) =>
  Object.fromEntries(Object.entries(params).map(([name, each]) => [name, [...each.dataSync()]]));
const methods = ['pairs', 'k-means'] as const;

describe.each(methods)('by %s', (method) => {
  test('units whose producers agree merge exactly, whatever their consumers', async () => {
    // (1,0|2), (1,0|3), (-2,1|1) → (1,0|5), (-2,1|1)
    const params = network([
      [1, 0, 2],
      [1, 0, 3],
      [-2, 1, 1],
    ]);
    const result = await fold(spec, params, { sizes: { h: 2 }, method });
    expect(valuesOf(result.params)).toEqual({ w: [1, -2], b: [0, 1], o: [5, 1] });
    expect([...result.clusters.h]).toEqual([0, 0, 1]);
    expect(result.sizes).toEqual({ h: 2 });
    expect(result.error.h).toBeCloseTo(0, 6);
  });

  test.each(sizedNetworks.filter(({ parents }) => !parents))(
    'planted copies are found, and the function stays: $name',
    async (own) => {
      const base = baseParams(own, 1);
      const members = randomMembers(own, 2);
      const params = agreeingNetwork(own, base, members, 3);
      const { params: folded, clusters } = await fold(own.spec, params, {
        sizes: own.sizes,
        method,
      });
      const x = randomTensor([5, ...own.inputShape], 4);
      const difference = greatestDifference(own.forward(folded, x), own.forward(params, x));
      expect(await difference).toBeLessThan(1e-4);
      for (const [group, own] of Object.entries(clusters)) {
        const merged = members[group];
        own.forEach((cluster, u) => {
          own.forEach((other, v) => {
            expect(cluster === other).toBe(merged[u] === merged[v]);
          });
        });
      }
    },
  );

  test('the same call gives the same clusters', async () => {
    const params = {
      w: randomTensor([4, 12], 1),
      b: randomTensor([12], 2),
      o: randomTensor([12, 3], 3),
    };
    const [one, two] = [
      await fold(spec, params, { ratio: 0.5, method, seed: 5 }),
      await fold(spec, params, { ratio: 0.5, method, seed: 5 }),
    ];
    expect(one.clusters).toEqual(two.clusters);
    await expectSameParams(one.params, two.params);
  });
});

test('heads that are copies merge exactly, and so do copies of dimensions inside them', async () => {
  const own = sizedNetworks.find(({ name }) => name === 'attention')!;
  const base = baseParams(own, 1);
  const members = { h: [0, 1, 0], v: [0, 0, 1, 2, 3, 3, 0, 0, 1] };
  // Three dimensions in each head: heads 0 and 2 are copies, and two dimensions of each head.
  const params = agreeingNetwork(own, base, members, 3);
  const { params: folded, clusters } = await fold(own.spec, params, { sizes: own.sizes });
  expect([...clusters.h]).toEqual([0, 1, 0]);
  const x = randomTensor([5, ...own.inputShape], 4);
  const difference = greatestDifference(own.forward(folded, x), own.forward(params, x));
  expect(await difference).toBeLessThan(1e-4);
});

test('the pair of least effect merges, at the mean of least effect', async () => {
  // Units (0|1), (1|1), (5|1) in w alone: Δ² = 1, 25, 16. a = (2 + 1)/(2·1 + 2·1 + 2·1) = ½: (½|2).
  const params = network([
    [0, 0, 1],
    [1, 0, 1],
    [5, 0, 1],
  ]);
  const { params: folded } = await fold(spec, params, { sizes: { h: 2 } });
  expect(valuesOf(folded)).toEqual({ w: [0.5, 5], b: [0, 0], o: [2, 1] });
  // Consumers 3 and 1: P 9, Q 1, R 3: a = (18 + 3)/(18 + 2 + 6) = 21/26: w = 0·21/26 + 5/26.
  const unequal = await fold(
    spec,
    network([
      [0, 0, 3],
      [1, 0, 1],
      [5, 0, 1],
    ]),
    { sizes: { h: 2 } },
  );
  expect(valuesOf(unequal.params).w[0]).toBeCloseTo(5 / 26, 6);
});

test('k-means averages alike, and splits at the largest gap', async () => {
  // 0, 1 | 5, 6: means 0.5 and 5.5, cost 4 · 0.25 = 1 of 62.
  const params = network([
    [0, 0, 9],
    [1, 0, 1],
    [5, 0, 1],
    [6, 0, 1],
  ]);
  const { params: folded, error } = await fold(spec, params, {
    sizes: { h: 2 },
    method: 'k-means',
  });
  expect(valuesOf(folded)).toEqual({ w: [0.5, 5.5], b: [0, 0], o: [10, 2] });
  expect(error.h).toBeCloseTo(1 / 62, 6);
});

test('duplicate units do not stop k-means from filling every cluster', async () => {
  const params = network([
    [1, 0, 1],
    [1, 0, 1],
    [1, 0, 1],
    [2, 0, 1],
  ]);
  const { clusters } = await fold(spec, params, { sizes: { h: 3 }, method: 'k-means' });
  expect(new Set(clusters.h).size).toBe(3);
});

describe('batch normalisation', () => {
  const normSpec = permutationSpec({
    'conv/kernel': '_ h>',
    ...{ 'bn/gamma': 'h>', 'bn/beta': 'h>', 'bn/moving_mean': 'h>', 'bn/moving_variance': 'h>' },
    out: '>h _',
  });
  const epsilon = 1e-3;
  const forward = (params: Params, x: tf.Tensor) => {
    const [mean, variance, beta, gamma] = ['moving_mean', 'moving_variance', 'beta', 'gamma'].map(
      (name) => params[`bn/${name}`] as tf.Tensor1D,
    );
    const h = tf.matMul(x as tf.Tensor2D, params['conv/kernel'] as tf.Tensor2D);
    const y = tf.batchNorm(h, mean, variance, beta, gamma, epsilon);
    return tf.matMul(tf.relu(y) as tf.Tensor2D, params.out as tf.Tensor2D);
  };
  const normed = (kernel: number[][], gamma: number[], variance: number[]): Params => ({
    'conv/kernel': tf.tensor2d(kernel),
    'bn/gamma': tf.tensor1d(gamma),
    'bn/beta': tf.zeros([gamma.length]),
    'bn/moving_mean': tf.zeros([gamma.length]),
    'bn/moving_variance': tf.tensor1d(variance),
    out: tf.ones([gamma.length, 1]),
  });

  test('merged filters (1,0) and (.6,.8) have variance .8, and the outputs that of the members', async () => {
    // ρ = .6, mean (.8,.4), |mean|² = .8: factor √(2/1.6) = 1.118 = 1/√.8; with γ 1 and variances 1 the estimate is .8.
    const params = normed(
      [
        [1, 0.6],
        [0, 0.8],
      ],
      [1, 1],
      [1, 1],
    );
    const { params: folded } = await fold(normSpec, params, { sizes: { h: 1 }, epsilon: 0 });
    const [gamma] = folded['bn/gamma'].dataSync();
    const [variance] = folded['bn/moving_variance'].dataSync();
    const [w1, w2] = folded['conv/kernel'].dataSync();
    const effective = [w1, w2].map((w) => (gamma * w) / Math.sqrt(variance));
    expect(effective[0]).toBeCloseTo(0.8 * 1.1180339, 5);
    expect(effective[1]).toBeCloseTo(0.4 * 1.1180339, 5);
    const { params: plain } = await fold(normSpec, params, {
      ...{ sizes: { h: 1 }, epsilon: 0, variance: 'none' },
    });
    const [kernel] = plain['conv/kernel'].dataSync();
    const [g] = plain['bn/gamma'].dataSync();
    const [v] = plain['bn/moving_variance'].dataSync();
    expect((g * kernel) / Math.sqrt(v)).toBeCloseTo(0.8, 5);
  });

  test('units that compute the same merge exactly, though kernel, γ and variance differ', async () => {
    // γ W / √(v + ε) agrees: W, v + ε and γ are (1, 1, 2), (3, 9, 2), (-2, 1, -1).
    const params = normed(
      [
        [1, 3, -2, 5],
        [2, 6, -4, 1],
      ],
      [2, 2, -1, 1],
      [1 - epsilon, 9 - epsilon, 1 - epsilon, 1],
    );
    const { params: folded, clusters } = await fold(normSpec, params, { sizes: { h: 2 }, epsilon });
    expect([...clusters.h]).toEqual([0, 0, 0, 1]);
    const x = randomTensor([6, 2], 1);
    expect(await greatestDifference(forward(folded, x), forward(params, x))).toBeLessThan(1e-5);
  });

  test('a unit that stays alone keeps its kernel, γ, mean and variance', async () => {
    const params = normed(
      [
        [1, 1, -2],
        [2, 2, 7],
      ],
      [2, 2, -3],
      [0.5, 0.5, 4],
    );
    const { params: folded } = await fold(normSpec, params, { sizes: { h: 2 }, epsilon });
    for (const name of Object.keys(folded)) {
      if (name === 'out') continue;
      const [own, before] = [folded, params].map((each) => {
        const last = tf.gather(each[name], [each[name].shape.at(-1)! - 1], each[name].rank - 1);
        return [...last.dataSync()];
      });
      for (const [i, value] of own.entries()) expect(value).toBeCloseTo(before[i], 5);
    }
  });

  test('statistics are recomputed on data by resetBatchNorm', async () => {
    const params = normed(
      [
        [1, 0.6, 3],
        [0, 0.8, 1],
      ],
      [1, 1, 1],
      [1, 1, 1],
    );
    const { params: folded } = await fold(normSpec, params, { sizes: { h: 2 }, epsilon });
    const inputs = randomTensor([200, 2], 1);
    const reset = await resetBatchNorm(folded, { forward, inputs });
    const h = tf.matMul(inputs as tf.Tensor2D, reset['conv/kernel'] as tf.Tensor2D);
    const { mean } = tf.moments(h, 0);
    expect(await greatestDifference(mean, tf.clone(reset['bn/moving_mean']))).toBeLessThan(1e-5);
  });
});

test('without batch normalisation the kernel can get the size of its members back', async () => {
  // w = (1,0) and (.6,.8), |w| = 1: the mean (.8,.4) has size √.8, and is scaled by 1/√.8.
  const two = permutationSpec({ w: '_ h>', o: '>h _' });
  const params = {
    w: tf.tensor2d([
      [1, 0.6],
      [0, 0.8],
    ]),
    o: tf.ones([2, 1]),
  };
  const { params: folded } = await fold(two, params, { sizes: { h: 1 }, variance: 'all' });
  const [first, second] = folded.w.dataSync();
  expect(first).toBeCloseTo(0.8 / Math.sqrt(0.8), 5);
  expect(second).toBeCloseTo(0.4 / Math.sqrt(0.8), 5);
});

describe('sizes', () => {
  const layers = permutationSpec({ a: '_ h1>', b: '>h1 h2>', c: '>h2 _' });
  const params = () => ({
    // h1 is four copies of one unit, h2 four different units.
    a: tf.tile(randomTensor([3, 1], 1), [1, 4]),
    b: randomTensor([4, 4], 2),
    c: randomTensor([4, 2], 3),
  });

  test('by error units are taken where they cost least; equal shares do not look', async () => {
    const own = params();
    const byError = await fold(layers, own, { ratio: 0.625 });
    expect(byError.sizes).toEqual({ h1: 1, h2: 4 });
    const equal = await fold(layers, own, { ratio: 0.5, allocate: 'equal' });
    expect(equal.sizes).toEqual({ h1: 2, h2: 2 });
  });

  test('given sizes go before the ratio', async () => {
    const { sizes } = await fold(layers, params(), { sizes: { h2: 3 }, ratio: 0.25 });
    expect(sizes).toEqual({ h1: 1, h2: 3 });
  });

  test('a ratio of 1 changes nothing', async () => {
    const own = params();
    const { params: same, clusters } = await fold(layers, own, { ratio: 1 });
    await expectSameParams(same, own);
    expect(clusters).toEqual({});
  });

  test('dimensions keep to their heads: the size counts all heads', async () => {
    const heads = permutationSpec({ v: '_ (h d[h])>', o: '>(h d[h]) _' }, { sizes: { h: 2 } });
    const own = { v: randomTensor([3, 8], 1), o: randomTensor([8, 2], 2) };
    const { clusters, params: folded } = await fold(heads, own, { sizes: { d: 4 } });
    expect([...clusters.d].map((d) => Math.floor(d / 2))).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(folded.v.shape).toEqual([3, 4]);
    const whole = await fold(heads, own, { sizes: { h: 1 } });
    expect(whole.sizes).toEqual({ h: 1, d: 4 });
    expect(whole.params.o.shape).toEqual([4, 2]);
  });
});

test('half of a trained network costs less than a third of what magnitude pruning costs', async () => {
  await useBackend('wasm');
  const { x, y } = mnistTest(1000);
  const mlp = permutationSpec({
    ...{ 'fc1.weight': 'h1> _', 'fc1.bias': 'h1>', 'fc2.weight': 'h2> >h1', 'fc2.bias': 'h2>' },
    ...{ 'fc3.weight': '_ >h2', 'fc3.bias': '_' },
  });
  const params = readParams('mlp64_A');
  const forward = mlpForward('pytorch', ['fc1', 'fc2', 'fc3']);
  const errorOf = (own: Params) =>
    tf.tidy(() => {
      const wrong = tf.notEqual(tf.argMax(forward(own, x), 1), tf.cast(y, 'int32'));
      return tf.mean(tf.cast(wrong, 'float32')).dataSync()[0];
    });
  const { params: folded } = await fold(mlp, params, { ratio: 0.5 });
  const kept = (name: string) =>
    tf.slice(tf.topk(tf.sum(tf.abs(params[name]), 1), 64).indices, 0, 32);
  const [k1, k2] = [kept('fc1.weight'), kept('fc2.weight')];
  const pruned: Params = {
    'fc1.weight': tf.gather(params['fc1.weight'], k1),
    'fc1.bias': tf.gather(params['fc1.bias'], k1),
    'fc2.weight': tf.gather(tf.gather(params['fc2.weight'], k2), k1, 1),
    'fc2.bias': tf.gather(params['fc2.bias'], k2),
    'fc3.weight': tf.gather(params['fc3.weight'], k2, 1),
    'fc3.bias': params['fc3.bias'],
  };
  const [before, own, baseline] = [params, folded, pruned].map(errorOf);
  expect(own - before).toBeLessThan((baseline - before) / 3);
  await useBackend('cpu');
});

describe('bad input', () => {
  const params = () =>
    network([
      [1, 0, 2],
      [1, 0, 3],
      [-2, 1, 1],
    ]);

  test.each<[string, FoldOptions, RegExp]>([
    ['nothing to do', {}, /neither sizes nor ratio/],
    ['a ratio of 0', { ratio: 0 }, /ratio must be a number above 0/],
    ['a ratio above 1', { ratio: 1.5 }, /ratio must be a number above 0/],
    ['an unknown group', { sizes: { x: 2 } }, /sizes names 'x'/],
    [
      'more units than there are',
      { sizes: { h: 4 } },
      /group 'h' 4 units, and folding leaves 1 … 3/,
    ],
    ['no unit', { sizes: { h: 0 } }, /group 'h' 0 units/],
    ['half a unit', { sizes: { h: 1.5 } }, /group 'h' 1.5 units/],
    ['an unknown use', { ratio: 0.5, inexact: ['norm' as 'max'] }, /inexact names 'norm'/],
    ['no start', { ratio: 0.5, restarts: 0 }, /restarts must be an integer ≥ 1/],
    ['an ε of 1', { ratio: 0.5, epsilon: 1 }, /epsilon must be/],
  ])('%s is refused', async (_name, options, message) => {
    const own = params();
    expect(String(await expectNoLeak(() => fold(spec, own, options)))).toMatch(message);
  });

  test('a group under a layer norm is refused by name, kept by ratio, and folded on demand', async () => {
    const joint = permutationSpec(
      { a: '_ s>', b: '>s h>', c: '>h _' },
      { joint: { s: ['layerNorm'] } },
    );
    const own = {
      a: randomTensor([3, 4], 1),
      b: randomTensor([4, 4], 2),
      c: randomTensor([4, 2], 3),
    };
    await expect(fold(joint, own, { sizes: { s: 2 } })).rejects.toThrow(
      /units of group 's' are read together \(layerNorm\)/,
    );
    const { kept, sizes } = await fold(joint, own, { ratio: 0.5 });
    expect(kept.s).toMatch(/layerNorm/);
    expect(sizes).toEqual({ s: 4, h: 2 });
    const all = await fold(joint, own, { ratio: 0.5, allocate: 'equal', inexact: ['layerNorm'] });
    expect(all.sizes).toEqual({ s: 2, h: 2 });
  });

  test('axes without roles are refused', async () => {
    const plain: PermutationSpec = permutationSpec({ w: '_ h', b: 'h', o: 'h _' });
    const own = params();
    await expect(fold(plain, own, { sizes: { h: 2 } })).rejects.toThrow(/'w' axis 1/);
    await expect(fold(plain, own, { ratio: 0.5 })).rejects.toThrow(/no group can be folded/);
  });
});

test('nothing is leaked, an abort ends the work, and progress names the groups', async () => {
  const own = sizedNetworks[1];
  const params = agreeingNetwork(own, baseParams(own, 1), randomMembers(own, 2), 3);
  const steps: string[] = [];
  const onProgress = ({
    group,
    size,
    done,
    total,
  }: {
    group: string;
    size: number;
    done: number;
    total: number | null;
  }) => steps.push(`${group} ${size}: ${done} of ${total}`);
  const count = Object.keys(params).length;
  await expectNoLeak(() => fold(own.spec, params, { sizes: { c: 2, h: 1 }, onProgress }), count);
  expect(steps).toEqual(['c 2: 1 of 2', 'h 1: 2 of 2']);
  const ended = await expectNoLeak(() =>
    fold(own.spec, params, { sizes: own.sizes, signal: AbortSignal.abort() }),
  );
  expect(String(ended)).toMatch(/abort/i);
  const failing = () => {
    throw new Error('enough');
  };
  const failed = await expectNoLeak(() =>
    fold(own.spec, params, { sizes: own.sizes, onProgress: failing }),
  );
  expect(String(failed)).toMatch('enough');
});
