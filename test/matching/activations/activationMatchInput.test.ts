import * as tf from '@tensorflow/tfjs-core';
import {
  type ActivationMatchOptions,
  activationMatch,
  InvalidInputError,
  mlpSpec,
  type Params,
  permutationSpec,
} from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';
import { randomParams } from '../../tracing/network';
import { mlp, pair, resnet } from './networkPair';

await useBackend('cpu');

describe('resources', () => {
  let inputs: tf.Tensor;
  let a: Params;
  let b: Params;
  beforeAll(() => {
    ({ a, b, x: inputs } = pair(resnet, 6));
  });
  const { spec, forward } = resnet;

  it('leaks nothing, and disposes no input', async () => {
    for (const engine of ['packed', 'backend'] as const) {
      await expectNoLeak(() =>
        activationMatch(spec, a, b, { forward, inputs, batchSize: 4, engine, kernel: 'cosine' }),
      );
    }
    for (const tensor of [inputs, ...Object.values(a), ...Object.values(b)]) {
      expect(tensor.isDisposed).toBe(false);
    }
  });

  it.each<[string, Partial<ActivationMatchOptions>, RegExp]>([
    [
      'a throw in the forward pass',
      {
        forward: (p: Params, x: tf.Tensor) => {
          if (x.shape[0] === 2) throw new Error('ouch');
          return forward(p, x);
        },
      },
      /ouch/,
    ],
    [
      'a throw in onProgress',
      {
        onProgress: () => {
          throw new Error('enough');
        },
      },
      /enough/,
    ],
    [
      'a throw in the solver',
      {
        solver: () => {
          throw new Error('no');
        },
      },
      /no/,
    ],
  ])('nor with %s', async (_, options, message) => {
    const error = await expectNoLeak(() =>
      activationMatch(spec, a, b, {
        forward,
        inputs,
        batchSize: 4,
        ...options,
      } as ActivationMatchOptions),
    );
    expect(String(error)).toMatch(message);
  });

  it('stops on abort, before and between batches', async () => {
    const reason = new Error('stop it');
    const before = await expectNoLeak(() =>
      activationMatch(spec, a, b, { forward, inputs, signal: AbortSignal.abort(reason) }),
    );
    expect(before).toBe(reason);
    const controller = new AbortController();
    const between = await expectNoLeak(() =>
      activationMatch(spec, a, b, {
        forward,
        inputs,
        batchSize: 2,
        signal: controller.signal,
        onProgress: () => controller.abort(reason),
      }),
    );
    expect(between).toBe(reason);
  });
});

describe('bad input', () => {
  const { a, b, x } = pair(mlp, 4);
  const { forward } = mlp;
  const spec = mlpSpec(3);
  let calls = 0;
  const counted = (p: Params, input: tf.Tensor) => {
    calls++;
    return forward(p, input);
  };

  it.each<[string, object, RegExp]>([
    ['no source', { inputs: x }, /neither of forward and activations is a function/],
    [
      'two sources',
      { inputs: x, forward, activations: () => ({}) },
      /both of forward and activations/,
    ],
    [
      'an unknown capture',
      { inputs: x, forward: counted, capture: 'middle' },
      /capture must be 'last', 'first' or 'all', received middle/,
    ],
    [
      'an unknown kernel',
      { inputs: x, forward: counted, kernel: 'dot' },
      /kernel must be 'linear', .*received dot/,
    ],
    [
      'a batch size of 0',
      { inputs: x, forward: counted, batchSize: 0 },
      /batchSize must be an integer ≥ 1, received 0/,
    ],
    ['no inputs', { forward: counted }, /inputs must hold samples.*received undefined/],
    [
      'inputs without samples',
      { inputs: tf.zeros([0, 6]), forward: counted },
      /inputs has shape \[0,6\], so it holds no sample/,
    ],
    [
      'inputs of different lengths',
      { inputs: { x, y: tf.zeros([3, 1]) }, forward: counted },
      /inputs\[.y.\] has 3 samples along axis 0 and inputs\[.x.\] 4/,
    ],
  ])('refuses %s before any work', async (_, options, message) => {
    calls = 0;
    const error = await expectNoLeak(() =>
      activationMatch(spec, a, b, options as ActivationMatchOptions),
    );
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
    expect(calls).toBe(0);
  });

  it('refuses networks that differ, by the parameter', async () => {
    const other = { ...b, 'dense1/bias': tf.zeros([4]) };
    await expect(activationMatch(spec, a, other, { forward, inputs: x })).rejects.toThrow(
      /'dense1\/bias' differs on axis 0/,
    );
  });

  it.each<[string, object, RegExp]>([
    ['no batch', { inputs: [], forward }, /inputs gave no batch/],
    [
      'a forward function that branches on values',
      {
        inputs: x,
        forward: (p: Params, input: tf.Tensor) =>
          p === b ? tf.relu(forward(p, input)) : forward(p, input),
      },
      /same operations every time: operation \d+ was missing and is now Relu/,
    ],
    [
      'activations without a group',
      { inputs: x, activations: () => ({ h1: tf.zeros([4, 9]) }) },
      /activations returned the groups \[h1\], the spec has \[h1,h2\]/,
    ],
    [
      'activations of another width',
      { inputs: x, activations: () => ({ h1: tf.zeros([4, 8]), h2: tf.zeros([4, 7]) }) },
      /float32 \[4,8\] for group 'h1', expected float32 \[…, 9\]/,
    ],
    [
      'activations of other samples',
      {
        inputs: x,
        activations: (p: Params) => ({ h1: tf.zeros([p === a ? 4 : 5, 9]), h2: tf.zeros([4, 7]) }),
      },
      /group 'h1' have shape \[4,9\] in a and \[5,9\] in b/,
    ],
    [
      'activations that are not finite',
      {
        inputs: x,
        activations: (p: Params) => ({
          h1: tf.ones([4, 9]),
          h2: tf.fill([4, 7], p === b ? Number.NaN : 1),
        }),
      },
      /activations of group 'h2' in b hold NaN/,
    ],
    [
      'a solver that solves nothing',
      {
        inputs: x,
        forward,
        solver: (_: unknown, n: number) => ({ assignment: new Int32Array(n), objective: 0 }),
      },
      /the assignment of group 'h1'/,
    ],
  ])('refuses %s', async (_, options, message) => {
    const error = await expectNoLeak(() =>
      activationMatch(spec, a, b, options as ActivationMatchOptions),
    );
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
  });

  it('refuses a group that does not move as one in the network, by its name', async () => {
    const wrong = permutationSpec({
      'dense1/kernel': '_ one',
      'dense1/bias': 'two',
      'dense2/kernel': 'one h2',
      'dense2/bias': 'h2',
      'dense3/kernel': 'h2 logits',
      'dense3/bias': 'logits',
    });
    await expect(activationMatch(wrong, a, b, { forward, inputs: x })).rejects.toThrow(
      /group 'logits' of the spec has no counterpart in the forward function: nothing/,
    );
    const tied = permutationSpec({ k1: '_ h', k2: '_ h', out: 'h _', other: 'h _' });
    const params = randomParams({ k1: [3, 4], k2: [3, 4], out: [4, 2], other: [4, 2] }, 1);
    const two = (p: Params, input: tf.Tensor) =>
      tf.add(
        tf.matMul(tf.relu(tf.matMul(input, p.k1)), p.out),
        tf.matMul(tf.relu(tf.matMul(input, p.k2)), p.other),
      );
    await expect(
      activationMatch(tied, params, params, { forward: two, inputs: tf.ones([2, 3]) }),
    ).rejects.toThrow(/group 'h' .* moves its positions by 'k1' and 'k2', none of which/);
  });
});
