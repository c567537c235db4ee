import * as tf from '@tensorflow/tfjs-core';
import {
  barrier,
  classificationEvaluator,
  type Evaluate,
  type ForwardFn,
  InvalidInputError,
  type Params,
  type SplitForward,
  simplexBarrier,
} from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { convolution, dense } from '../support/networks';
import { randomTensor } from '../support/randomTensor';

await useBackend('cpu');

/** A classifier of three classes, split after its first layer. */
interface SplitNetwork {
  readonly name: string;
  readonly forward: SplitForward;
  readonly shapes: Readonly<Record<string, number[]>>;
  readonly inputShape: readonly number[];
}

const mlp: SplitNetwork = {
  name: 'a dense layer',
  forward: {
    linear: (params, x) => dense('tfjs', params, 'first', x),
    rest: (params, h) => dense('tfjs', params, 'second', tf.relu(h)),
  },
  shapes: {
    'first/kernel': [6, 9],
    'first/bias': [9],
    'second/kernel': [9, 3],
    'second/bias': [3],
  },
  inputShape: [6],
};

const convolutional: SplitNetwork = {
  name: 'a convolution',
  forward: {
    linear: (params, x) => convolution('tfjs', params, 'first', x),
    rest: (params, h) => dense('tfjs', params, 'second', tf.mean(tf.relu(h), [1, 2])),
  },
  shapes: {
    'first/kernel': [3, 3, 2, 5],
    'first/bias': [5],
    'second/kernel': [5, 3],
    'second/bias': [3],
  },
  inputShape: [5, 5, 2],
};

const SAMPLES = 23; // batches of 10, 10 and 3
const BATCHES = 3;
const options = { batchSize: 10 };

function paramsOf({ shapes }: SplitNetwork, seed: number): Params {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      randomTensor(shape, 100 * seed + i + 1),
    ]),
  );
}

function dataOf({ inputShape }: SplitNetwork, seed = 5): { x: tf.Tensor; y: tf.Tensor1D } {
  const labels = Int32Array.from({ length: SAMPLES }, (_, i) => i % 3);
  return {
    x: randomTensor([SAMPLES, ...inputShape], seed),
    y: tf.tensor1d(labels, 'int32'),
  };
}

const whole =
  ({ linear, rest }: SplitForward): ForwardFn =>
  (params, x) =>
    rest(params, linear(params, x), x);

/** The forward function, and how often its first layer was computed. */
function counted({ linear, rest }: SplitForward): { forward: SplitForward; calls: () => number } {
  let calls = 0;
  const counting: ForwardFn = (params, x) => {
    calls++;
    return linear(params, x);
  };
  return { forward: { linear: counting, rest }, calls: () => calls };
}

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - wanted[i])).toBeLessThan(1e-5);
  });
}

async function succeeds<T>(work: () => Promise<T>): Promise<T> {
  const result = await expectNoLeak(work);
  if (result instanceof Error) throw result;
  return result;
}

describe.each([
  ['cpu', mlp.name, mlp],
  ['cpu', convolutional.name, convolutional],
  ['wasm', mlp.name, mlp],
  ['wasm', convolutional.name, convolutional],
] as const)('on %s, a network split after %s', (backend, _, network) => {
  beforeAll(() => useBackend(backend));

  it('has the barrier of the whole network, and computes its first layer once for each network', async () => {
    const data = dataOf(network);
    const [a, b] = [paramsOf(network, 1), paramsOf(network, 2)];
    const { forward, calls } = counted(network.forward);
    const plain = classificationEvaluator(whole(network.forward), data, options);
    const split = classificationEvaluator(forward, data, options);
    const wanted = await succeeds(() => barrier(a, b, plain, { points: 9 }));
    const found = await succeeds(() => barrier(a, b, split, { points: 9 }));
    expectClose(found.loss.values, wanted.loss.values);
    expect(found.error.values).toEqual(wanted.error.values);
    expect(calls()).toBe(2 * BATCHES + 1); // 1: the check that it is linear
  });

  it('has the same barrier on a simplex', async () => {
    const data = dataOf(network);
    const networks = [1, 2, 3].map((seed) => paramsOf(network, seed));
    const { forward, calls } = counted(network.forward);
    const plain = classificationEvaluator(whole(network.forward), data, options);
    const split = classificationEvaluator(forward, data, options);
    const wanted = await succeeds(() => simplexBarrier(networks, plain));
    const found = await succeeds(() => simplexBarrier(networks, split));
    expectClose(found.loss.values, wanted.loss.values);
    expect(found.error.values).toEqual(wanted.error.values);
    expect(calls()).toBe(3 * BATCHES + 1);
  });
});

describe('classificationEvaluator with a split forward function', () => {
  beforeAll(() => useBackend('cpu'));
  const data = dataOf(mlp);
  const [a, b] = [paramsOf(mlp, 1), paramsOf(mlp, 2)];

  it('measures params that come without a point', async () => {
    const split = classificationEvaluator(mlp.forward, data, options);
    const plain = classificationEvaluator(whole(mlp.forward), data, options);
    expect(await succeeds(() => split(a))).toEqual(await plain(a));
  });

  it('gives the batch to rest, too, and in a barrier the same tensor at every point', async () => {
    const inputs = new Set<tf.Tensor>();
    const rest: SplitForward['rest'] = (params, h, x) => {
      inputs.add(x);
      return tf.add(mlp.forward.rest(params, h, x), tf.slice(x, [0, 0], [-1, 3]));
    };
    const forward = { linear: mlp.forward.linear, rest };
    const wanted = await barrier(a, b, classificationEvaluator(whole(forward), data, options));
    inputs.clear();
    const found = await barrier(a, b, classificationEvaluator(forward, data, options));
    expectClose(found.loss.values, wanted.loss.values);
    expect(inputs.size).toBe(BATCHES);
    expect([...inputs].every((x) => x.isDisposed)).toBe(true);
  });

  it('leaves the data alone where all of it is one batch', async () => {
    await succeeds(() => barrier(a, b, classificationEvaluator(mlp.forward, data), { points: 3 }));
    expect(data.x.isDisposed || data.y.isDisposed || a['first/kernel'].isDisposed).toBe(false);
  });

  it('serves one barrier after another, and two at the same time, without mixing them', async () => {
    const others = [paramsOf(mlp, 3), paramsOf(mlp, 4)];
    const split = classificationEvaluator(mlp.forward, data, options);
    const plain = classificationEvaluator(whole(mlp.forward), data, options);
    const wanted = [await barrier(a, b, plain), await barrier(others[0], others[1], plain)];
    const found = await succeeds(() =>
      Promise.all([barrier(a, b, split), barrier(others[0], others[1], split)]),
    );
    const after = await barrier(others[0], others[1], split);
    expectClose(found[0].loss.values, wanted[0].loss.values);
    expectClose(found[1].loss.values, wanted[1].loss.values);
    expectClose(after.loss.values, wanted[1].loss.values);
  });

  it('shares nothing with another evaluator in the same barrier', async () => {
    const other = dataOf(mlp, 6);
    const onBoth =
      (forward: ForwardFn | SplitForward): Evaluate<'first' | 'second'> =>
      async (params, point) => ({
        first: (await evaluators.get(forward)![0](params, point)).loss,
        second: (await evaluators.get(forward)![1](params, point)).loss,
      });
    const plain = whole(mlp.forward);
    const evaluators = new Map(
      [plain, mlp.forward].map((forward) => [
        forward,
        [data, other].map((samples) => classificationEvaluator(forward, samples, options)),
      ]),
    );
    const wanted = await barrier(a, b, onBoth(plain), { points: 5 });
    const found = await succeeds(() => barrier(a, b, onBoth(mlp.forward), { points: 5 }));
    expectClose(found.first.values, wanted.first.values);
    expectClose(found.second.values, wanted.second.values);
  });

  it('leaks nothing where rest throws at a later point, and the error says at which', async () => {
    const cause = new Error('out of memory');
    let calls = 0;
    const rest: SplitForward['rest'] = (...all) => {
      if (++calls === 2 * BATCHES + 2) throw cause; // the second batch at the third point
      return mlp.forward.rest(...all);
    };
    const split = classificationEvaluator({ ...mlp.forward, rest }, data, options);
    const error = await expectNoLeak(() => barrier(a, b, split, { points: 5 }));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(/evaluate failed at alpha = 0\.5: out of memory/);
    expect((error as Error).cause).toBe(cause);
  });

  it.each(['barrier', 'simplexBarrier'])('leaks nothing where a signal aborts %s', async (name) => {
    const controller = new AbortController();
    const split = classificationEvaluator(mlp.forward, data, options);
    const watch = {
      signal: controller.signal,
      onProgress: ({ done }: { done: number }) => done === 2 && controller.abort(),
    };
    const error = await expectNoLeak(async () =>
      name === 'barrier' ? barrier(a, b, split, watch) : simplexBarrier([a, b, a], split, watch),
    );
    expect((error as Error).name).toBe('AbortError');
  });

  it('accepts rounding where the networks cancel: halfway between A and −A the layer gives 0', async () => {
    const opposite = Object.fromEntries(Object.entries(a).map(([name, w]) => [name, tf.neg(w)]));
    const split = classificationEvaluator(mlp.forward, data, options);
    const found = await barrier(a, opposite, split, { points: 5 });
    expect(found.loss.values[2]).toBeCloseTo(Math.log(3), 5);
  });

  const counter = (value: number) => ({ count: tf.scalar(value, 'int32') });
  it.each<[string, ForwardFn, Params, Params]>([
    ['a relu', (params, x) => tf.relu(mlp.forward.linear(params, x)), {}, {}],
    ['a product of params', (params, x) => tf.mul(mlp.forward.linear(params, x), params.s), {}, {}],
    [
      'an integer, which the mixture takes from A',
      (params, x) => tf.mul(mlp.forward.linear(params, x), params.count),
      counter(1),
      counter(3),
    ],
  ])('refuses %s in linear, and leaks nothing', async (_, linear, ofA, ofB) => {
    const [scaledA, scaledB] = [
      { ...a, s: tf.scalar(1), ...ofA },
      { ...b, s: tf.scalar(2), ...ofB },
    ];
    const split = classificationEvaluator({ ...mlp.forward, linear }, data, options);
    for (const points of [3, 4, 25, 101]) {
      const error = await expectNoLeak(() => barrier(scaledA, scaledB, split, { points }));
      expect(error).toBeInstanceOf(InvalidInputError);
      expect((error as Error).message).toMatch(
        /evaluate failed at alpha = 0\.\d+: classificationEvaluator: forward\.linear is not linear in the params.* by up to \d.*End it before the first nonlinearity/,
      );
    }
  });

  it('refuses params that are not those of the point', async () => {
    const split = classificationEvaluator(mlp.forward, data, options);
    const doubled: Evaluate = async (params, point) => {
      const kernel = tf.mul(params['first/kernel'], 2);
      try {
        return await split({ ...params, 'first/kernel': kernel }, point);
      } finally {
        kernel.dispose();
      }
    };
    const error = await expectNoLeak(() => barrier(a, b, doubled));
    expect((error as Error).message).toMatch(/forward\.linear is not linear/);
  });

  it('refuses a linear that returns no tensor, and a forward that is neither', async () => {
    const linear = (() => null) as unknown as ForwardFn;
    const split = classificationEvaluator({ ...mlp.forward, linear }, data);
    for (const work of [() => split(a), () => barrier(a, b, split)]) {
      const error = await expectNoLeak<unknown>(work);
      expect((error as Error).message).toMatch(
        /forward\.linear must return a tensor, received null/,
      );
    }
    for (const forward of [undefined, {}, { linear }] as unknown as SplitForward[]) {
      expect(() => classificationEvaluator(forward, data)).toThrow(
        /forward must be a function or \{ linear, rest \}/,
      );
    }
  });
});
