import * as tf from '@tensorflow/tfjs-core';
import {
  InvalidInputError,
  type Params,
  type RepairOptions,
  type ResetBatchNormOptions,
  repair,
  resetBatchNorm,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { type Forward, network, normal, parentsOf } from './targets';

await useBackend('cpu');

describe('resources', () => {
  const { shapes, forward } = network('VGG with batch norm, tfjs');
  const { parents, merged } = parentsOf(shapes);
  const inputs = normal([6, 8, 8, 3]);
  const count = Object.keys(shapes).length;
  const works: [string, (options: Partial<RepairOptions>) => Promise<Params>][] = [
    ['repair', (options) => repair(merged, parents, { forward, inputs, ...options })],
    ['resetBatchNorm', (options) => resetBatchNorm(merged, { forward, inputs, ...options })],
  ];

  it.each(works)('%s keeps its result and nothing else, and disposes no input', async (_, work) => {
    for (const batchSize of [100, 4]) {
      const result = (await expectNoLeak(() => work({ batchSize }), count)) as Params;
      for (const [name, tensor] of Object.entries(result)) expect(tensor).not.toBe(merged[name]);
      tf.dispose(result);
    }
    const all = [merged, ...parents].flatMap((params) => Object.values(params));
    expect([inputs, ...all].some((tensor) => tensor.isDisposed)).toBe(false);
  });

  it.each(works)('%s stops on abort, and leaks nothing', async (_, work) => {
    const reason = new Error('stop it');
    expect(await expectNoLeak(() => work({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = () => controller.abort(reason);
    expect(await expectNoLeak(() => work({ signal, onProgress, batchSize: 4 }))).toBe(reason);
  });

  it.each(works)('%s leaks nothing when the forward pass throws', async (_, work) => {
    let calls = 0;
    const failing: Forward = (p, batch) => {
      if (++calls > 4) throw new Error('ouch');
      return forward(p, batch);
    };
    const error = await expectNoLeak(() => work({ forward: failing, batchSize: 2 }));
    expect(String(error)).toMatch(/ouch/);
  });
});

describe('bad input', () => {
  const { shapes, forward } = network('MLP, tfjs');
  const { parents, merged } = parentsOf(shapes);
  const inputs = normal([5, 6]);

  it.each<[string, () => Promise<Params>, RegExp]>([
    [
      'no parents',
      () => repair(merged, [], { forward, inputs }),
      /parents must be an array of networks, received an empty one/,
    ],
    [
      'a parent that differs',
      () =>
        repair(merged, [merged, { ...merged, 'dense1/bias': tf.zeros([2]) }], { forward, inputs }),
      /'dense1\/bias' differs on axis 0: shape \[9\] in merged, \[2\] in parents\[1\]/,
    ],
    [
      'weights that do not sum to 1',
      () => repair(merged, parents, { forward, inputs, weights: [1, 1] }),
      /repair: the weights sum to 2/,
    ],
    ['no inputs', () => repair(merged, parents, { forward, inputs: [] }), /inputs gave no batch/],
    [
      'a batch size of a half',
      () => repair(merged, parents, { forward, inputs, batchSize: 0.5 }),
      /batchSize must be an integer ≥ 1/,
    ],
    [
      'one sample',
      () => repair(merged, parents, { forward, inputs: normal([1, 6]) }),
      /one value for each channel of 'dense1\/kernel'/,
    ],
    [
      'a network without hidden units',
      () =>
        repair({ w: tf.ones([6, 2]) }, [{ w: tf.ones([6, 2]) }], {
          forward: (p, x) => tf.matMul(x, p.w),
          inputs,
        }),
      /neither a batch normalisation nor a contraction with hidden units/,
    ],
    [
      'no batch normalisation to reset',
      () => resetBatchNorm(merged, { forward, inputs } as ResetBatchNormOptions),
      /forward has no batch normalisation/,
    ],
    [
      'inputs that are not finite',
      () => repair(merged, parents, { forward, inputs: tf.fill([5, 6], Number.NaN) }),
      /the values that 'dense1\/kernel' is measured on are not finite/,
    ],
    [
      'an iterator that can be used once only',
      () => repair(merged, parents, { forward, inputs: [inputs][Symbol.iterator]() }),
      /An iterator can be used only once/,
    ],
  ])('refuses %s', async (_, work, message) => {
    const error = await work().then(
      () => null,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.message).toMatch(message);
  });
});
