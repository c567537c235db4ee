import * as tf from '@tensorflow/tfjs-core';
import {
  crossEntropy,
  interpolate,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
  type StraightThroughOptions,
  straightThroughMatch,
  straightThroughMatcher,
  weightMatch,
} from 'perm-lmc';
import { afterAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectNoLeak, expectPermutations, expectSameFunction } from '../../support/invariants';
import { mlp, network, shuffled, spec } from '../../support/planted';

await useBackend('cpu');

const { forward } = mlp;
const [a, b] = [network(1), network(2)];
const x = tf.randomNormal([40, ...mlp.inputShape], 0, 1, 'float32', 3);
const y = tf.tensor1d(
  Array.from({ length: 40 }, (_, i) => i % 4),
  'int32',
);
const validation = { x, y };
const optimizer = () => tf.train.adam(0.05);
const options = {
  forward,
  data: { x, y },
  batchSize: 10,
  steps: 12,
  optimizer,
} satisfies StraightThroughOptions;
afterAll(() => tf.dispose([a, b, x, y]));

/** The loss of the mean of A and B permuted on all samples. */
async function midpointLoss(permuted: Params, share = 0.5): Promise<number> {
  const loss = tf.tidy(() => crossEntropy(forward(interpolate(a, permuted, share), x), y));
  const [value] = await loss.data();
  loss.dispose();
  return value;
}

/**
 * Units (w, v) with y = Σ v·w and the loss ½(y − 4)²: A is (2, 2), (0, 2) and B is (3, 2), (2, −1). S is 8 at the identity
 * and 6 swapped.
 */
describe('on two units by hand', () => {
  const units = permutationSpec({ w: 'h', v: 'h' });
  const first = { w: tf.tensor1d([2, 0]), v: tf.tensor1d([2, 2]) };
  const second = { w: tf.tensor1d([3, 2]), v: tf.tensor1d([2, -1]) };
  const sample = { x: tf.ones([1, 1]), y: tf.tensor2d([[4]]) };
  const byHand: StraightThroughOptions = {
    forward: ({ w, v }, ones) => tf.mul(ones, tf.sum(tf.mul(w, v))),
    loss: (outputs, target) => tf.mean(tf.mul(0.5, tf.squaredDifference(outputs, target))),
    data: sample,
    optimizer: () => tf.train.sgd(1),
    steps: 1,
  };
  afterAll(() => tf.dispose([first, second, sample]));

  // The midpoint is (2.5, 2), (1, .5): y = 5.5, loss 1.125. ∂y = 1.5, so that g_w = 1.5·v = (3, .75) and
  // g_v = 1.5·w = (3.75, 1.5). z = A − ½g is (.5, .125), (−.375, 1.25), the gram of z and B is
  // [[1.75, .875], [1.375, −2]]: −.25 at the identity, 2.25 swapped. The midpoint is then (2, .5), (1.5, 2): y = 4.
  it.each(['packed', 'backend'] as const)(
    'one step swaps them, with the engine %s',
    async (engine) => {
      const found = await straightThroughMatch(units, first, second, { ...byHand, engine });
      expect([...found.permutations.h]).toEqual([1, 0]);
      expect(found.losses).toEqual([1.125, 0]);
      expect(found.history).toEqual([1.125]);
      expect(found).toMatchObject({ loss: 0, step: 1, objective: 6 });
      expect([...found.similarity.h]).toEqual([2 * 2 - 2, 2 * 2 + 0 * 3]);
    },
  );

  it('the latent network is A − ½g', async () => {
    const seen: { gradients: tf.Tensor[]; z: tf.Tensor[] } = { gradients: [], z: [] };
    class Recorder extends tf.SGDOptimizer {
      override applyGradients(gradients: tf.NamedTensorMap): void {
        super.applyGradients(gradients);
        seen.gradients = Object.values(gradients).map((each) => tf.keep(tf.clone(each)));
        seen.z = Object.keys(gradients).map((name) =>
          tf.keep(tf.clone(tf.engine().registeredVariables[name])),
        );
      }
    }
    await straightThroughMatch(units, first, second, {
      ...byHand,
      optimizer: () => new Recorder(1),
    });
    const values = (tensors: tf.Tensor[]) =>
      Promise.all(tensors.map(async (each) => [...(await each.data())]));
    expect(await values(seen.gradients)).toEqual([
      [1.5, 0.375],
      [1.875, 0.75],
    ]);
    expect(await values(seen.z)).toEqual([
      [0.5, -0.375],
      [0.125, 1.25],
    ]);
    tf.dispose([seen.gradients, seen.z]);
  });

  it('no step leaves weight matching, with its loss', async () => {
    const found = await straightThroughMatch(units, first, second, { ...byHand, steps: 0 });
    expect([...found.permutations.h]).toEqual([0, 1]);
    expect(found).toMatchObject({ loss: 1.125, losses: [1.125], history: [], step: 0 });
    expect(found.objective).toBe(8);
  });

  it('starts from given permutations', async () => {
    const initial = { h: Int32Array.of(1, 0) };
    const found = await straightThroughMatch(units, first, second, {
      ...byHand,
      initial,
      steps: 0,
    });
    expect([...found.permutations.h]).toEqual([1, 0]);
    expect(found.loss).toBe(0);
  });
});

it('finds a planted permutation at the start, with the loss of A', async () => {
  const copy = shuffled(a, 5);
  const found = await straightThroughMatch(spec, a, copy, { ...options, steps: 3 });
  expect(found.step).toBe(0);
  expect(found.loss).toBeCloseTo(await midpointLoss(a), 5);
  expect(found.alignment.after).toBeCloseTo(1, 6);
  const back = permute(spec, copy, found.permutations);
  await expectSameFunction(forward, a, back, x);
  tf.dispose([copy, back]);
});

it('is better than weight matching on the validation samples, and says by how much', async () => {
  const start = await weightMatch(spec, a, b);
  const found = await straightThroughMatch(spec, a, b, { ...options, validation, steps: 40 });
  expectPermutations(found.permutations);
  const [matched, learned] = [start, found].map(({ permutations }) =>
    permute(spec, b, permutations),
  );
  expect(found.losses[0]).toBeCloseTo(await midpointLoss(matched), 5);
  expect(found.loss).toBeCloseTo(await midpointLoss(learned), 5);
  expect(found.loss).toBeLessThan(found.losses[0]);
  expect(found.startLoss).toBe(found.losses[0]);
  expect(found.losses).toHaveLength(41);
  expect(found.losses).toEqual([...found.losses].sort((one, other) => other - one));
  expect(found.losses.at(-1)).toBe(found.loss);
  expect(found.losses[found.step]).toBe(found.loss);
  expect(found.losses[found.step - 1]).toBeGreaterThan(found.loss);
  expect(found.objective).toBeLessThan(start.objective);
  await expectSameFunction(forward, b, learned, x);
  tf.dispose([matched, learned]);
});

it('compares permutations at λ', async () => {
  const found = await straightThroughMatch(spec, a, b, { ...options, validation, ratio: 0.3 });
  const learned = permute(spec, b, found.permutations);
  expect(found.loss).toBeCloseTo(await midpointLoss(learned, 0.3), 5);
  tf.dispose(learned);
});

it('draws λ anew in each step', async () => {
  const still = { ...options, optimizer: () => tf.train.sgd(0), batchSize: 40, steps: 4 };
  const fixed = await straightThroughMatch(spec, a, b, still);
  const random = await straightThroughMatch(spec, a, b, { ...still, ratio: 'random' });
  expect(new Set(fixed.history).size).toBe(1); // Nothing moves, and every batch holds all samples.
  expect(new Set(random.history).size).toBe(4);
  expect(random.loss).toBe(fixed.loss);
});

it('gives the same result for the same seed', async () => {
  const run = (seed: number) => straightThroughMatch(spec, a, b, { ...options, seed });
  const [one, again, other] = [await run(4), await run(4), await run(5)];
  expect(again).toEqual(one);
  expect(other.history).not.toEqual(one.history);
});

it('learns the same from samples, batches, a function and a generator', async () => {
  const from = (data: StraightThroughOptions['data']) =>
    straightThroughMatch(spec, a, b, { ...options, batchSize: 40, data, validation, steps: 3 });
  const whole = await from(validation);
  async function* generated() {
    for (let step = 0; step < 3; step++) yield validation;
  }
  expect(await from([validation])).toEqual(whole);
  expect(await from(() => ({ x: tf.clone(x), y: tf.clone(y) }))).toEqual(whole);
  expect(await from(generated())).toEqual(whole);
});

it('learns networks of several inputs', async () => {
  const found = await straightThroughMatch<{ left: tf.Tensor }>(spec, a, b, {
    ...{
      forward: (params, { left }) => forward(params, left),
      data: { x: { left: x }, y },
      steps: 2,
    },
  });
  expectPermutations(found.permutations);
});

it('makes no step where no group moves', async () => {
  const axes = Object.entries(a).map(([name, { shape }]) => [name, shape.map(() => '_').join(' ')]);
  const found = await straightThroughMatch(
    permutationSpec(Object.fromEntries(axes)),
    a,
    b,
    options,
  );
  expect(found).toMatchObject({ permutations: {}, step: 0, history: [], losses: [found.loss] });
});

it('reports progress after each step', async () => {
  const steps: unknown[] = [];
  const found = await straightThroughMatch(spec, a, b, {
    ...options,
    onProgress: (step) => steps.push(step),
  });
  expect(steps).toEqual(
    found.history.map((batchLoss, i) => ({
      ...{ done: i + 1, total: 12, batchLoss, loss: found.losses[i + 1] },
    })),
  );
});

describe('leaves no tensor behind', () => {
  it.each([
    ['on success', {}],
    ['with batches of a function', { data: () => ({ x: tf.clone(x), y: tf.clone(y) }) }],
    ['with cut validation samples', { validation }],
    [
      'with momentum, of which tfjs forgets a tensor',
      { optimizer: () => tf.train.momentum(0.1, 0.9) },
    ],
    ['on random mixtures', { ratio: 'random' as const }],
  ])('%s', async (_, own) => {
    const found = await expectNoLeak(() =>
      straightThroughMatch(spec, a, b, { ...options, ...own }),
    );
    expect(found).not.toBeInstanceOf(Error);
  });

  it.each([0, 1, 5])('when it is aborted after %i steps', async (steps) => {
    const abort = new AbortController();
    if (steps === 0) abort.abort();
    const found = await expectNoLeak(() =>
      straightThroughMatch(spec, a, b, {
        ...options,
        signal: abort.signal,
        onProgress: ({ done }) => done === steps && abort.abort(),
      }),
    );
    expect(found).toMatchObject({ name: 'AbortError' });
  });

  it('when forward fails in a step', async () => {
    let calls = 0;
    const failing = (params: Params, input: tf.Tensor) => {
      if (++calls > 6) throw new Error('no more');
      return forward(params, input);
    };
    const found = await expectNoLeak(() =>
      straightThroughMatch(spec, a, b, { ...options, forward: failing }),
    );
    expect(found).toMatchObject({ message: expect.stringMatching(/forward failed: no more/) });
  });
});

describe('refuses', () => {
  const fails = async (own: object, message: RegExp) => {
    const found = await expectNoLeak(() =>
      straightThroughMatch(spec, a, b, { ...options, ...own } as StraightThroughOptions),
    );
    expect(found).toMatchObject({ name: 'InvalidInputError' });
    expect((found as Error).message).toMatch(message);
    expect((found as Error).message).toMatch(/^straightThroughMatch: /);
  };
  const short = tf.slice(y, 0, 39);
  const wrongClass = tf.fill([40], 4, 'int32');
  const floats = tf.ones([40]);
  afterAll(() => tf.dispose([short, wrongClass, floats]));
  function* brokenBatches() {
    yield { x, y };
    throw new Error('no disk');
  }
  const disposedLoss = (z: tf.Tensor) => {
    const loss = tf.mean(z);
    loss.dispose();
    return loss;
  };
  const noOptimizer = () => {
    throw new Error('none');
  };

  it.each<[string, object, RegExp]>([
    ['no forward', { forward: undefined }, /forward must be a function, received undefined/],
    ['no data', { data: undefined }, /data must be \{ x, y \}, a function or an iterable/],
    ['λ = 0', { ratio: 0 }, /ratio must be a number between 0 and 1, or 'random', received 0/],
    ['λ = 1', { ratio: 1 }, /ratio must be a number between 0 and 1/],
    ['a λ that is no number', { ratio: 'half' }, /ratio must be .* received half/],
    ['a negative number of steps', { steps: -1 }, /steps must be an integer ≥ 0, received -1/],
    ['batches of no sample', { batchSize: 0 }, /batchSize must be an integer ≥ 1/],
    ['validationSize 0', { validationSize: 0 }, /validationSize must be an integer ≥ 1/],
    ['what is no optimizer', { optimizer: {} }, /optimizer must be an optimizer of tfjs/],
    ['validation as a function', { validation: () => validation }, /validation must be \{ x, y \}/],
    ['an option that there is not', { epochs: 3 }, /there is no option 'epochs'/],
    ['labels of another number', { data: { x, y: short } }, /data.x has 40 samples and data.y 39/],
    ['no batch', { data: [] }, /data gave no batch/],
    ['an iterator that throws', { data: brokenBatches() }, /data failed: no disk/],
    ['labels of another dtype', { data: { x, y: floats } }, /labels must be int32 classes/],
    ['a loss that it has disposed', { loss: disposedLoss }, /loss returned a disposed tensor/],
    ['a function that makes no optimizer', { optimizer: noOptimizer }, /optimizer failed: none/],
    [
      'classes that do not exist',
      { data: { x, y: wrongClass } },
      /y has the class 4, but .* 0 … 3/,
    ],
    [
      'outputs that are no tensor',
      { forward: () => 5 },
      /forward must return a tensor, received a num/,
    ],
    ['a loss that is no tensor', { loss: () => 5 }, /loss must return a tensor, received a number/],
    ['a loss that is no scalar', { loss: (z: tf.Tensor) => z }, /loss must return a scalar/],
    ['a loss that is a promise', { loss: async () => tf.scalar(1) }, /loss returned a promise/],
    [
      'a loss that is not finite, with its value',
      { loss: (z: tf.Tensor) => tf.log(tf.mul(tf.mean(z), 0)) },
      /the loss is -Infinity at the start/,
    ],
    [
      'a latent network that is not finite',
      {
        optimizer: () => tf.train.sgd(1e38),
        steps: 3,
        loss: (z: tf.Tensor) => tf.mean(tf.mul(z, 1e5)),
      },
      /the optimizer has made values that are not finite/,
    ],
    ['permutations that are incomplete', { initial: {} }, /there is no permutation of group 'h1'/],
    ['permutations that are none', { initial: 5 }, /permutations must be a record of permutations/],
  ])('%s', async (_, own, message) => fails(own, message));

  it('an optimizer that has been used, on the second match', async () => {
    const optimizer = tf.train.sgd(0.1);
    await straightThroughMatch(spec, a, b, { ...options, optimizer, steps: 2 });
    await fails({ optimizer }, /optimizer has taken 2 steps already/);
    await fails({ optimizer: () => optimizer }, /optimizer has taken 2 steps .* in each call/);
    optimizer.dispose();
  });

  it('an operation without a gradient, by its name', async () => {
    const products = (params: Params, input: tf.Tensor) => tf.cumprod(forward(params, input), 1);
    await fails({ forward: products }, /Cumprod/);
  });
});

it('is a matcher, once its options are given', async () => {
  const match = straightThroughMatcher(spec, options);
  const { permutations } = await match(a, b, {});
  const own = await straightThroughMatch(spec, a, b, options);
  expect(permutations).toEqual(own.permutations);
  const abort = new AbortController();
  abort.abort(new Error('stop'));
  await expect(match(a, b, { signal: abort.signal })).rejects.toThrow('stop');
});

it('runs on wasm, where the permutations are the same', async () => {
  const onCpu = await straightThroughMatch(spec, a, b, options);
  await useBackend('wasm');
  const found = await straightThroughMatch(spec, a, b, options);
  await useBackend('cpu');
  expect(found.permutations).toEqual(onCpu.permutations);
  expect(found.loss).toBeCloseTo(onCpu.loss, 4);
});

it('undoes a random order of the units of B before the first step', async () => {
  const moved = permute(spec, b, randomPermutations(spec, b, { seed: 8 }));
  const found = await straightThroughMatch(spec, a, moved, { ...options, validation });
  const own = await straightThroughMatch(spec, a, b, { ...options, validation });
  expect(found.losses[0]).toBeCloseTo(own.losses[0], 5);
  tf.dispose(moved);
});
