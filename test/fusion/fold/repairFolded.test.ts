import * as tf from '@tensorflow/tfjs-core';
import {
  type FoldResult,
  fold,
  type Params,
  permutationSpec,
  type RepairProgress,
  type ResetBatchNormOptions,
  repairFolded,
  resetBatchNorm,
} from 'perm-lmc';
import { describe, expect, test } from 'vitest';
import { type Forward, statistics } from '../../repair/targets';
import {
  agreeingNetwork,
  baseParams,
  randomMembers,
  sizedNetworks,
} from '../../support/agreeingNetworks';
import { useBackend } from '../../support/backend';
import { mnistTest, readParams } from '../../support/fixtures';
import { expectNoLeak, expectSameParams } from '../../support/invariants';
import { affine } from '../../support/lastAxis';
import { mlpForward } from '../../support/networks';
import { randomTensor } from '../../support/randomTensor';

await useBackend('cpu');

const spec = permutationSpec({
  ...{ 'd1/kernel': '_ h1>', 'd1/bias': 'h1>', 'd2/kernel': '>h1 h2>', 'd2/bias': 'h2>' },
  ...{ 'd3/kernel': '>h2 _', 'd3/bias': '_' },
});
const forward = mlpForward('tfjs', ['d1', 'd2', 'd3']);
const random = (): Params => ({
  ...{ 'd1/kernel': randomTensor([4, 8], 1), 'd1/bias': randomTensor([8], 2) },
  ...{ 'd2/kernel': randomTensor([8, 6], 3), 'd2/bias': randomTensor([6], 4) },
  ...{ 'd3/kernel': randomTensor([6, 3], 5), 'd3/bias': randomTensor([3], 6) },
});
const inputs = randomTensor([60, 4], 7);

/** The pre-activations of a folded and repaired network have the weighted statistics of their members. */
async function expectMembers(
  layer: Forward,
  [repaired, parent]: readonly [Params, Params],
  x: tf.Tensor,
  { of, weight }: { of: Int32Array; weight: Float64Array },
): Promise<void> {
  const own = await statistics(layer(repaired, x));
  const theirs = await statistics(layer(parent, x));
  for (const [cluster, std] of own.std.entries()) {
    const members = [...of.keys()].filter((unit) => of[unit] === cluster);
    const size = members.reduce((sum, unit) => sum + Math.abs(weight[unit]), 0);
    const target = members.reduce(
      (sum, unit) => ({
        mean: sum.mean + weight[unit] * theirs.mean[unit],
        std: sum.std + (Math.abs(weight[unit]) / size) * theirs.std[unit],
      }),
      { mean: 0, std: 0 },
    );
    expect(std).toBeCloseTo(target.std, 4);
    expect(own.mean[cluster]).toBeCloseTo(target.mean, 4);
  }
}

describe('units have the statistics of their members', () => {
  test.each(['pairs', 'k-means'] as const)('in every layer of an MLP, by %s', async (method) => {
    const parent = random();
    const folded = await fold(spec, parent, { ratio: 0.5, allocate: 'equal', method });
    const seen: RepairProgress[] = [];
    const onProgress = (progress: RepairProgress) => seen.push(progress);
    const repaired = await repairFolded(spec, folded, parent, {
      ...{ forward, inputs, batchSize: 16, onProgress },
    });
    for (const depth of [1, 2]) {
      const layer = mlpForward('tfjs', ['d1', 'd2'].slice(0, depth));
      const map = { of: folded.clusters[`h${depth}`], weight: folded.weights[`h${depth}`] };
      await expectMembers(layer, [repaired, parent], inputs, map);
    }
    await expectSameParams(
      { out: repaired['d3/kernel'], bias: repaired['d3/bias'] },
      { out: folded.params['d3/kernel'], bias: folded.params['d3/bias'] },
    );
    expect(seen.map(({ param, done, total }) => `${param}: ${done} of ${total}`)).toEqual([
      'd1/kernel: 1 of 2',
      'd2/kernel: 2 of 2',
    ]);
  });

  test('two units: the mean of the means and that of the standard deviations', async () => {
    // z = x and 3x on x = -1, 1: σ 1 and 3; k-means averages alike: w = 2, σ 2 = (1 + 3) / 2, as it is.
    // z = x and -3x: w = -1, σ 1, and the members have (1 + 3) / 2 = 2: w = -2. The unit 100x stays alone.
    const one = permutationSpec({ w: '_ h>', b: 'h>', o: '>h _' });
    const network: Forward = ({ w, b, o }, x) => tf.matMul(tf.relu(tf.add(tf.matMul(x, w), b)), o);
    for (const [second, repairedTo] of [
      [3, 2],
      [-3, -2],
    ]) {
      const parent = { w: tf.tensor2d([[1, second, 100]]), b: tf.zeros([3]), o: tf.ones([3, 1]) };
      const folded = await fold(one, parent, { sizes: { h: 2 }, method: 'k-means' });
      const repaired = await repairFolded(one, folded, parent, {
        ...{ forward: network, inputs: tf.tensor2d([[-1], [1]]) },
      });
      const [merged, alone] = await repaired.w.data();
      expect(merged).toBeCloseTo(repairedTo, 5);
      expect(alone).toBeCloseTo(100, 3);
      expect((await repaired.b.data())[0]).toBeCloseTo(0, 5);
    }
  });

  test('in heads of fewer dimensions, and in fewer heads', async () => {
    const heads = permutationSpec(
      { v: '_ (h d[h])>', 'v/bias': '(h d[h])>', o: '>(h d[h]) _' },
      { sizes: { h: 4 } },
    );
    const layer: Forward = (p, x) => affine({ v: p.v, 'v/bias': p['v/bias'] }, 'v', x);
    const network: Forward = (p, x) => tf.matMul(tf.relu(layer(p, x)), p.o);
    const parent = {
      ...{ v: randomTensor([4, 12], 1), 'v/bias': randomTensor([12], 2) },
      o: randomTensor([12, 2], 3),
    };
    const folded = await fold(heads, parent, { sizes: { h: 2, d: 4 }, method: 'k-means' });
    const repaired = await repairFolded(heads, folded, parent, { forward: network, inputs });
    // Heads merge first, of three dimensions each; then dimensions inside the two heads.
    const { h, d } = folded.clusters;
    const between = [...Array(12).keys()].map((unit) => 3 * h[Math.floor(unit / 3)] + (unit % 3));
    const weight = between.map(
      (unit, i) => folded.weights.h[Math.floor(i / 3)] * folded.weights.d[unit],
    );
    await expectMembers(layer, [repaired, parent], inputs, {
      of: Int32Array.from(between, (unit) => d[unit]),
      weight: Float64Array.from(weight),
    });
  });

  test.each(sizedNetworks.filter(({ parents }) => !parents))(
    'where members agree nothing is left to repair: $name',
    async (own) => {
      const parent = agreeingNetwork(own, baseParams(own, 1), randomMembers(own, 2), 3);
      const folded = await fold(own.spec, parent, { sizes: own.sizes });
      const x = randomTensor([20, ...own.inputShape], 4);
      const options = { forward: own.forward, inputs: x };
      const kernels: string[] = [];
      const norms: string[] = [];
      const onProgress = ({ kind, param }: RepairProgress) =>
        (kind === 'rescale' ? kernels : norms).push(param);
      const repaired = await repairFolded(own.spec, folded, parent, { ...options, onProgress });
      // Batch normalisations get the statistics of the data.
      const expected =
        norms.length > 0 ? await resetBatchNorm(folded.params, options) : folded.params;
      if (norms.length === 0) await expectSameParams(repaired, expected, 1e-4);
      else
        for (const name of norms)
          await expectSameParams({ m: repaired[name] }, { m: expected[name] }, 1e-4);
      expect(kernels.length + norms.length).toBeGreaterThan(0);
    },
  );
});

test('a trained MLP of 40 % of its units makes fewer errors on other images after the repair', async () => {
  await useBackend('wasm');
  const mlp = permutationSpec({
    ...{ 'fc1.weight': 'h1> _', 'fc1.bias': 'h1>', 'fc2.weight': 'h2> >h1', 'fc2.bias': 'h2>' },
    ...{ 'fc3.weight': '_ >h2', 'fc3.bias': '_' },
  });
  const parent = readParams('mlp64_A');
  const run = mlpForward('pytorch', ['fc1', 'fc2', 'fc3']);
  const { x, y } = mnistTest(1500);
  const folded = await fold(mlp, parent, { ratio: 0.4 });
  const repaired = await repairFolded(mlp, folded, parent, {
    ...{ forward: run, inputs: tf.slice(x, 0, 500) },
  });
  const [rest, labels] = [tf.slice(x, 500), tf.cast(tf.slice(y, 500), 'int32')];
  const errorOf = (own: Params) =>
    tf.tidy(() => {
      const wrong = tf.notEqual(tf.argMax(run(own, rest), 1), labels);
      return tf.mean(tf.cast(wrong, 'float32')).dataSync()[0];
    });
  expect(errorOf(repaired)).toBeLessThan(errorOf(folded.params));
  await useBackend('cpu');
});

describe('resources', () => {
  const work = async (options: Partial<ResetBatchNormOptions>) => {
    const parent = random();
    const folded = await fold(spec, parent, { ratio: 0.5 });
    try {
      return await repairFolded(spec, folded, parent, { forward, inputs, ...options });
    } finally {
      expect(Object.values({ ...folded.params, ...parent }).some((t) => t.isDisposed)).toBe(false);
      tf.dispose([folded.params, parent]);
    }
  };

  test('it keeps its result and nothing else', async () => {
    for (const batchSize of [100, 16]) {
      const result = await expectNoLeak(() => work({ batchSize }), 6);
      if (result instanceof Error) throw result;
    }
  });

  test('it stops on abort and when a callback or the forward pass throws, and leaks nothing', async () => {
    const reason = new Error('stop it');
    expect(await expectNoLeak(() => work({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    const controller = new AbortController();
    const onProgress = () => controller.abort(reason);
    const { signal } = controller;
    expect(await expectNoLeak(() => work({ signal, onProgress, batchSize: 16 }))).toBe(reason);
    for (const last of [1, 3, 6, 9]) {
      let calls = 0;
      const failing: Forward = (p, x) => {
        if (++calls > last) throw new Error('ouch');
        return forward(p, x);
      };
      const error = await expectNoLeak(() => work({ forward: failing, batchSize: 16 }));
      expect(String(error)).toMatch(/ouch/);
    }
  });
});

describe('bad input', () => {
  const refused = async (
    change: (folded: FoldResult, parent: Params) => [FoldResult, Params],
    message: RegExp,
    options: Partial<ResetBatchNormOptions> = {},
  ) => {
    const parent = random();
    const folded = await fold(spec, parent, { ratio: 0.5, allocate: 'equal' });
    const run = () =>
      repairFolded(spec, ...change(folded, parent), { forward, inputs, ...options });
    expect(String(await expectNoLeak(run))).toMatch(message);
  };

  test('a parent of other sizes than the clusters', async () => {
    const other = {
      ...random(),
      ...{ 'd1/kernel': tf.ones([4, 7]), 'd1/bias': tf.ones([7]), 'd2/kernel': tf.ones([7, 6]) },
    };
    await refused((folded) => [folded, other], /8 units of group 'h1', and the parent 7/);
  });

  test('a parent of other inputs', async () => {
    const other = { ...random(), 'd1/kernel': tf.ones([5, 8]) };
    await refused((folded) => [folded, other], /'d1\/kernel'/);
  });

  test('the parent in the place of the fold', async () => {
    await refused(
      (folded, parent) => [{ ...folded, params: parent }, parent],
      /'d1\/(kernel|bias)'/,
    );
    await refused((folded, parent) => [{ ...folded, clusters: {} }, parent], /'d1\/(kernel|bias)'/);
  });

  test('clusters that are no arrays', async () => {
    const lists = { h1: [0, 1] } as unknown as FoldResult['clusters'];
    await refused(
      (folded, parent) => [{ ...folded, clusters: lists }, parent],
      /group 'h1' are not/,
    );
  });

  test('a forward that runs other operations for the fold', async () => {
    const branching: Forward = (p, x) =>
      p['d1/bias'].size === 8 ? forward(p, tf.add(tf.neg(x), 1)) : forward(p, x);
    await refused((...own) => own, /forward uses 'd1\/kernel' in another way/, {
      forward: branching,
    });
  });
});
