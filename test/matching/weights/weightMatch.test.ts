import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import {
  hammingDistance,
  InvalidInputError,
  identityPermutations,
  invertPermutations,
  type MatchResult,
  munkres,
  type Params,
  type PermutationSpec,
  type Permutations,
  permutationSpec,
  permute,
  randomPermutations,
  solveAssignment,
  type WeightMatchOptions,
  type WeightMatchProgress,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectNoLeak, expectPermutations, expectSameFunction } from '../../support/invariants';
import { randomInput, randomParams, testNetworks } from '../../support/networks';

await useBackend('cpu');

/** A copy with noise of this standard deviation on every float. */
function withNoise(params: Params, deviation: number, seed: number): Params {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(params).map(([name, x], i) => [
        name,
        x.dtype === 'float32'
          ? tf.add(x, tf.randomNormal(x.shape, 0, deviation, 'float32', seed * 100 + i + 1))
          : tf.clone(x),
      ]),
    ),
  );
}

/** S(P) in float64 from its definition: permute, multiply, add up. */
async function objective(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  permutations: Permutations,
  names: string[],
) {
  const permuted = permute(spec, b, permutations);
  let sum = 0;
  for (const name of names) {
    const [x, y] = [await a[name].data(), await permuted[name].data()];
    for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  }
  tf.dispose(permuted);
  return sum;
}

const isFloatWeight = (name: string) => !/running|moving|num_batches/.test(name);

/** Patterns of every kind: repeated entries, other groups on the same axis, a group on two axes. */
const knotty = {
  spec: permutationSpec({
    embed: '_ x',
    gates: 'x (4 h)',
    recurrent: 'h (4 h)',
    bias: '(4 h)',
    joined: '(h + 2 + x) y',
    square: '(x y) _',
    both: 'y y',
    head: '(3 y) _',
  }),
  shapes: {
    embed: [7, 5],
    gates: [5, 24],
    recurrent: [6, 24],
    bias: [24],
    joined: [13, 4],
    square: [20, 3],
    both: [4, 4],
    head: [12, 6],
  },
};

function knottyParams(seed: number): Params {
  return Object.fromEntries(
    Object.entries(knotty.shapes).map(([name, shape], i) => [
      name,
      tf.randomNormal(shape, 0, 1, 'float32', 31 * seed + i + 1),
    ]),
  );
}

const engines = ['packed', 'backend'] as const;

describe.each(engines)('a planted permutation plus noise is recovered exactly, %s', (engine) => {
  it.each(testNetworks)('$name', async (network) => {
    const a = randomParams(network, 1);
    const planted = randomPermutations(network.spec, a, { seed: 5 });
    // B is A with its units in another order, so that moving B onto A undoes the order.
    const b = withNoise(permute(network.spec, a, planted), 0.02, 9);
    const match = await weightMatch(network.spec, a, b, { restarts: 3, engine });
    expect(match.permutations).toEqual(invertPermutations(planted));
    expect(match.converged).toBe(true);
    const aligned = permute(network.spec, b, match.permutations);
    await expectSameFunction(network.forward, aligned, b, randomInput(network, 2, 3));
  });

  it('with flattened axes, gates, segments and groups on two axes', async () => {
    const a = knottyParams(1);
    const planted = randomPermutations(knotty.spec, a, { seed: 2 });
    const b = withNoise(permute(knotty.spec, a, planted), 0.02, 3);
    const match = await weightMatch(knotty.spec, a, b, { restarts: 10, engine });
    expect(match.permutations).toEqual(invertPermutations(planted));
  });

  it.each(['linear', 'cosine'] as const)('under the %s kernel', async (kernel) => {
    const [network] = testNetworks;
    const a = randomParams(network, 1);
    const planted = randomPermutations(network.spec, a, { seed: 5 });
    const b = withNoise(permute(network.spec, a, planted), 0.02, 9);
    const match = await weightMatch(network.spec, a, b, { kernel, engine });
    expect(match.permutations).toEqual(invertPermutations(planted));
  });

  it('under the cosine kernel even where units have very different norms', async () => {
    const spec = permutationSpec({ in: '_ h', out: 'h _' });
    const scale = tf.range(0, 12, 1);
    const scaled = (x: tf.Tensor, y: tf.Tensor) => ({
      in: tf.mul(x, tf.exp(scale)),
      out: tf.mul(y, tf.reshape(tf.exp(tf.mul(scale, -1)), [12, 1])),
    });
    const a = scaled(
      tf.randomNormal([8, 12], 0, 1, 'float32', 1),
      tf.randomNormal([12, 8], 0, 1, 'float32', 2),
    );
    const planted = randomPermutations(spec, a, { seed: 3 });
    const moved = permute(spec, a, planted);
    // Every weight is off by a tenth of itself.
    const b = Object.fromEntries(
      Object.entries(moved).map(([name, x], i) => [
        name,
        tf.mul(x, tf.randomNormal(x.shape, 1, 0.1, 'float32', i + 7)),
      ]),
    );
    const match = await weightMatch(spec, a, b, { kernel: 'cosine', engine });
    expect(match.permutations).toEqual(invertPermutations(planted));
  });
});

describe('the objective', () => {
  it('is S(P) from its definition, each parameter counted once', async () => {
    for (const network of testNetworks.slice(0, 5)) {
      const [a, b] = [randomParams(network, 1), randomParams(network, 2)];
      const match = await weightMatch(network.spec, a, b, { order: 'forward' });
      const names = Object.keys(a).filter(isFloatWeight);
      expect(match.objective).toBeCloseTo(
        await objective(network.spec, a, b, match.permutations, names),
        3,
      );
      const identity = identityPermutations(network.spec, a);
      expect(match.history[0]).toBeCloseTo(await objective(network.spec, a, b, identity, names), 3);
      expect(match.history.at(-1)!).toBeCloseTo(match.objective, 3);
    }
  });

  it('never falls, and ends where no single group can raise it, over random starts and orders', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.constantFrom('forward', 'backward', 'random'),
        fc.boolean(),
        async (seed, order, tangled) => {
          const spec = tangled ? knotty.spec : testNetworks[0].spec;
          const make = (s: number) =>
            tangled ? knottyParams(s) : randomParams(testNetworks[0], s);
          const [a, b] = [make(seed), make(seed + 1)];
          const initial = randomPermutations(spec, a, { seed });
          const {
            history,
            permutations,
            converged,
            objective: best,
          } = await weightMatch(spec, a, b, { order, seed, initial });
          expectPermutations(permutations);
          expect(converged).toBe(true);
          for (let i = 1; i < history.length; i++)
            expect(history[i]).toBeGreaterThanOrEqual(history[i - 1]);
          // Started where it ended, with each group first in turn, it stays.
          for (const { name } of spec.groups) {
            const order = [
              name,
              ...spec.groups.map((group) => group.name).filter((other) => other !== name),
            ];
            const again = await weightMatch(spec, a, b, { initial: permutations, order });
            expect(again.permutations).toEqual(permutations);
            expect(again.sweeps).toBe(1);
          }
          expect(best).toBeCloseTo(await objective(spec, a, b, permutations, Object.keys(a)), 3);
          tf.dispose([a, b]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('under the cosine kernel is the sum of the cosines over parameters, groups on them and units', async () => {
    const spec = permutationSpec({ in: '_ h', bias: 'h', out: 'h g', last: 'g' });
    const make = (seed: number) => ({
      in: tf.randomNormal([3, 4], 0, 1, 'float32', seed),
      bias: tf.randomNormal([4], 0, 1, 'float32', seed + 1),
      out: tf.randomNormal([4, 5], 0, 1, 'float32', seed + 2),
      last: tf.randomNormal([5], 0, 1, 'float32', seed + 3),
    });
    const [a, b] = [make(1), make(11)];
    const match = await weightMatch(spec, a, b, { kernel: 'cosine' });
    const aligned = permute(spec, b, match.permutations);
    let cosines = 0;
    for (const [name, axis] of [
      ['in', 1],
      ['bias', 0],
      ['out', 0],
      ['out', 1],
      ['last', 0],
    ] as const) {
      const rows = (x: tf.Tensor) => {
        const units: number = x.shape[axis]!;
        return tf.reshape(axis === 1 ? tf.transpose(x) : x, [units, -1]);
      };
      const [x, y] = [rows(a[name]), rows(aligned[name])];
      const norms = tf.mul(tf.sqrt(tf.sum(tf.square(x), 1)), tf.sqrt(tf.sum(tf.square(y), 1)));
      for (const cosine of await tf.div(tf.sum(tf.mul(x, y), 1), norms).data()) cosines += cosine;
    }
    expect(match.objective).toBeCloseTo(cosines, 4);
    for (let i = 1; i < match.history.length; i++)
      expect(match.history[i]).toBeGreaterThanOrEqual(match.history[i - 1]);
  });

  it('counts parameters that no group touches as a constant', async () => {
    const spec = permutationSpec({ w: '_ h', free: '_' });
    const a = { w: tf.tensor2d([[1, 2]]), free: tf.tensor1d([3]) };
    const b = { w: tf.tensor2d([[5, 4]]), free: tf.tensor1d([10]) };
    // best order [4, 5]: 1·4 + 2·5 = 14, plus 3·10
    const match = await weightMatch(spec, a, b);
    expect(match.permutations.h).toEqual(Int32Array.of(1, 0));
    expect(match.objective).toBe(44);
    expect(match.similarity.h).toEqual(Float64Array.of(4, 10));
  });

  it('similarity is told at the end even when maxSweeps ended the run', async () => {
    const [network] = testNetworks;
    const [a, b] = [randomParams(network, 1), randomParams(network, 2)];
    const cut = await weightMatch(network.spec, a, b, { maxSweeps: 1, order: 'forward' });
    expect(cut.converged).toBe(false);
    expect(cut.sweeps).toBe(1);
    const names = Object.keys(a);
    for (const { name } of network.spec.groups) {
      const touched = names.filter((param) =>
        network.spec.params[param].axes.some(
          (axis) => axis.kind === 'group' && axis.group === name,
        ),
      );
      const total = cut.similarity[name].reduce((sum, value) => sum + value, 0);
      expect(total).toBeCloseTo(await objective(network.spec, a, b, cut.permutations, touched), 3);
    }
  });

  it('is the same whichever exact solver is used', async () => {
    const [network] = testNetworks;
    const [a, b] = [randomParams(network, 1), randomParams(network, 2)];
    const one = await weightMatch(network.spec, a, b, { solver: munkres });
    expect(one).toEqual(await weightMatch(network.spec, a, b, { solver: solveAssignment }));
  });
});

describe('options', () => {
  const [network] = testNetworks;
  const pair = () => [randomParams(network, 1), randomParams(network, 2)] as const;
  const run = (options: WeightMatchOptions) => weightMatch(network.spec, ...pair(), options);
  const groupsVisited = async (options: WeightMatchOptions) => {
    const steps: WeightMatchProgress[] = [];
    await run({ ...options, onProgress: (step) => steps.push(step) });
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

  it('moving statistics are permuted but do not vote, unless included', async () => {
    const spec = permutationSpec({ 'bn.weight': 'c', 'bn.running_mean': 'c' });
    const a = { 'bn.weight': tf.tensor1d([1, 2]), 'bn.running_mean': tf.tensor1d([9, 0]) };
    const b = { 'bn.weight': tf.tensor1d([1, 2]), 'bn.running_mean': tf.tensor1d([0, 9]) };
    const silent = await weightMatch(spec, a, b);
    expect(silent.permutations.c).toEqual(Int32Array.of(0, 1));
    expect(silent.objective).toBe(5);
    const voting = await weightMatch(spec, a, b, { include: () => true });
    expect(voting.permutations.c).toEqual(Int32Array.of(1, 0));
    expect(voting.objective).toBe(85); // 1·2 + 2·1 + 9·9
  });

  it('a group whose parameters do not vote stays as it was', async () => {
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
    const match = await run({ onProgress: (step) => steps.push(step) });
    expect(steps.map(({ objective }) => objective)).toEqual(match.history.slice(1));
    expect(steps.at(-1)).toMatchObject({ restart: 0, sweep: match.sweeps, gain: 0 });
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

describe('bad input', () => {
  const spec = permutationSpec({ in: '_ h', out: 'h _', 'bn.running_mean': 'h' });
  const good = (): Params => ({
    in: tf.ones([2, 3]),
    out: tf.ones([3, 2]),
    'bn.running_mean': tf.ones([3]),
  });
  const without = (params: Params, name: string) =>
    Object.fromEntries(Object.entries(params).filter(([key]) => key !== name));
  const disposed = () => {
    const x = tf.ones([2, 3]);
    x.dispose();
    return x;
  };

  it.each<[string, Params, Params, WeightMatchOptions, RegExp]>([
    [
      'a name that b lacks',
      good(),
      without(good(), 'out'),
      {},
      /b lacks parameter 'out', which a has/,
    ],
    [
      'a name that a lacks',
      without(good(), 'out'),
      good(),
      {},
      /a lacks parameter 'out', which b has/,
    ],
    [
      'another shape',
      good(),
      { ...good(), in: tf.ones([2, 4]) },
      {},
      /parameter 'in' differs on axis 1: shape \[2,3\] in a, \[2,4\] in b/,
    ],
    ['another rank', good(), { ...good(), in: tf.ones([6]) }, {}, /parameter 'in' differs in rank/],
    [
      'another dtype',
      good(),
      { ...good(), in: tf.ones([2, 3], 'int32') },
      {},
      /parameter 'in' is float32 in a and int32 in b/,
    ],
    [
      'a disposed tensor',
      good(),
      { ...good(), in: disposed() },
      {},
      /parameter 'in' of b is disposed/,
    ],
    [
      'what is no tensor',
      good(),
      { ...good(), in: null as unknown as tf.Tensor },
      {},
      /parameter 'in' of b is no tensor, received null/,
    ],
    [
      'integers',
      { ...good(), in: tf.ones([2, 3], 'int32') },
      { ...good(), in: tf.ones([2, 3], 'int32') },
      {},
      /parameter 'in' is int32, but weights are compared as float32/,
    ],
    [
      'NaN in a',
      {
        ...good(),
        out: tf.tensor2d([
          [1, 2],
          [3, Number.NaN],
          [5, 6],
        ]),
      },
      good(),
      {},
      /parameter 'out' of a holds NaN at flat index 3 of shape \[3,2\]/,
    ],
    [
      'Infinity in b',
      good(),
      {
        ...good(),
        in: tf.tensor2d([
          [1, 2, 3],
          [4, 5, Number.POSITIVE_INFINITY],
        ]),
      },
      {},
      /parameter 'in' of b holds Infinity at flat index 5/,
    ],
    [
      'NaN against zeros',
      { ...good(), out: tf.zeros([3, 2]) },
      {
        ...good(),
        out: tf.tensor2d([
          [1, 2],
          [3, 4],
          [Number.NaN, 6],
        ]),
      },
      {},
      /parameter 'out' of b holds NaN/,
    ],
    [
      'NaN in moving statistics, which do not vote',
      { ...good(), 'bn.running_mean': tf.tensor1d([1, 2, Number.NaN]) },
      good(),
      {},
      /'bn.running_mean' of a holds NaN/,
    ],
    [
      'products that overflow',
      { ...good(), in: tf.fill([2, 3], 1e30) },
      { ...good(), in: tf.fill([2, 3], 1e30) },
      {},
      /overflow float32 in parameter 'in'/,
    ],
    [
      'a parameter that the spec does not know',
      { ...good(), extra: tf.ones([1]) },
      { ...good(), extra: tf.ones([1]) },
      {},
      /hold 'extra', which the spec does not name/,
    ],
    [
      'a parameter that only the spec knows',
      without(good(), 'out'),
      without(good(), 'out'),
      {},
      /lack 'out', which the spec names/,
    ],
    [
      'sizes that contradict',
      { ...good(), out: tf.ones([4, 2]) },
      { ...good(), out: tf.ones([4, 2]) },
      {},
      /group 'h' has 3 units by 'in' axis 1, but 4 by 'out' axis 0/,
    ],
    [
      'an empty group',
      { in: tf.ones([2, 0]), out: tf.ones([0, 2]), 'bn.running_mean': tf.ones([0]) },
      { in: tf.ones([2, 0]), out: tf.ones([0, 2]), 'bn.running_mean': tf.ones([0]) },
      {},
      /'in' axis 1 has size 0/,
    ],
    [
      'an unknown engine',
      good(),
      good(),
      { engine: 'gpu' as 'auto' },
      /engine must be 'auto', 'packed' or 'backend', received gpu/,
    ],
    [
      'a seed that is no integer',
      good(),
      good(),
      { seed: 0.5 },
      /seed must be an integer, received 0\.5/,
    ],
    [
      'an unknown order',
      good(),
      good(),
      { order: 'sideways' as 'forward' },
      /order must be .* received "sideways"/,
    ],
    [
      'an order that lacks a group',
      good(),
      good(),
      { order: [] },
      /hold every group once.*The groups are 'h'/,
    ],
    ['an order with a group twice', good(), good(), { order: ['h', 'h'] }, /hold every group once/],
    ['no restart', good(), good(), { restarts: 0 }, /restarts must be an integer ≥ 1, received 0/],
    [
      'no sweep',
      good(),
      good(),
      { maxSweeps: 0.5 },
      /maxSweeps must be an integer ≥ 1, received 0\.5/,
    ],
    [
      'an unknown kernel',
      good(),
      good(),
      { kernel: 'rbf' as 'linear' },
      /kernel must be 'linear' or 'cosine', received rbf/,
    ],
    [
      'a seed that is no integer',
      good(),
      good(),
      { seed: Number.NaN },
      /seed must be an integer, received NaN/,
    ],
    [
      'initial permutations of another size',
      good(),
      good(),
      { initial: { h: Int32Array.of(0) } },
      /has 1 units, but the group has 3/,
    ],
    [
      'nothing that votes',
      good(),
      good(),
      { include: () => false },
      /include leaves out every parameter that a group is on/,
    ],
  ])('%s', async (_, a, b, options, message) => {
    const error = await expectNoLeak(() => weightMatch(spec, a, b, options));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(/^(weightMatch|seed): /);
  });

  it.each([
    [
      'no permutation',
      { assignment: Int32Array.of(0, 0, 1), objective: 0 },
      /exactly once, received \[0, 0, 1\]/,
    ],
    ['a promise', Promise.resolve(), /must be an Int32Array, received undefined/],
  ])('a solver that returns %s', async (_, result, message) => {
    const solver = (() => result) as unknown as NonNullable<WeightMatchOptions['solver']>;
    const [a, b] = [good(), good()];
    const error = await expectNoLeak(() => weightMatch(spec, a, b, { solver }));
    expect((error as Error).message).toMatch(message);
  });

  it('counters of batch norm are no obstacle', async () => {
    const spec = permutationSpec({ w: 'h', 'bn.num_batches_tracked': '?' });
    const params = { w: tf.tensor1d([1, 2]), 'bn.num_batches_tracked': tf.scalar(3, 'int32') };
    for (const options of [{}, { include: () => true }]) {
      const match: MatchResult = await weightMatch(spec, params, params, options);
      expect(match.objective).toBe(5);
    }
  });
});
