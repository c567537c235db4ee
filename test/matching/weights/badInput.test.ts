import * as tf from '@tensorflow/tfjs-core';
import {
  InvalidInputError,
  type MatchResult,
  type Params,
  permutationSpec,
  type WeightMatchOptions,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';

await useBackend('cpu');

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
      /parameter 'in' differs on axis 1: shape \[2,3\] in a, \[2,4\] in b.*other widths.*partialMatch/,
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
      /parameter 'in' of b must be a tensor, received null/,
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
      'NaN in moving statistics, which are not included',
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
      /order must be .* received sideways/,
    ],
    [
      'an order that lacks a group',
      good(),
      good(),
      { order: [] },
      /hold every group once.*The groups are 'h'/,
    ],
    ['an order with a group twice', good(), good(), { order: ['h', 'h'] }, /hold every group once/],
    [
      'no restart',
      good(),
      good(),
      { restarts: 0 },
      /restarts must be an integer in 1 … 100000, received 0/,
    ],
    [
      'restarts without end',
      good(),
      good(),
      { restarts: 1e9 },
      /in 1 … 100000, received 1000000000/,
    ],
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
      'nothing included that a group is on',
      good(),
      good(),
      { include: () => false },
      /include leaves out every parameter that a group is on/,
    ],
  ])('%s', async (_, a, b, options, message) => {
    const error = await expectNoLeak(() => weightMatch(spec, a, b, options));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(/^weightMatch: /);
  });

  it.each([
    [
      'no permutation',
      { assignment: Int32Array.of(0, 0, 1), objective: 0 },
      /exactly once, received \[0, 0, 1\]/,
    ],
    ['a promise', Promise.resolve(), /solver returned a promise\. Return the value itself/],
  ])('a solver that returns %s', async (_, result, message) => {
    const solver = (() => result) as unknown as NonNullable<WeightMatchOptions['solver']>;
    const [a, b] = [good(), good()];
    const error = await expectNoLeak(() => weightMatch(spec, a, b, { solver }));
    expect((error as Error).message).toMatch(message);
  });

  it.each<[string, Params, WeightMatchOptions, object]>([
    [
      'a value that is not finite',
      { ...good(), 'bn.running_mean': tf.tensor1d([1, Number.NaN, 1]) },
      {},
      { param: 'bn.running_mean', received: Number.NaN },
    ],
    ['an unknown order', good(), { order: ['h', 'k'] }, { param: 'order', received: ['h', 'k'] }],
    ['nothing included', good(), { include: () => false }, { param: 'include' }],
  ])('%s: the error has the fields', async (_, b, options, fields) => {
    await expect(weightMatch(spec, good(), b, options)).rejects.toMatchObject({
      fn: 'weightMatch',
      ...fields,
    });
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
