import * as tf from '@tensorflow/tfjs-core';
import {
  type ActivationMatchManyOptions,
  activationManyMatcher,
  activationMatchMany,
  InvalidInputError,
  type Params,
  solveAssignment,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../../support/backend';
import { expectNoLeak } from '../../../support/invariants';
import * as networks from '../../../support/networks';
import { mlp, resnet } from '../networkPair';

await useBackend('cpu');

describe('resources', () => {
  const { spec, forward } = resnet;
  const params = [1, 2, 3].map((seed) => networks.randomParams(resnet, seed));
  const inputs = networks.randomInput(resnet, 6, 7);
  const run = (options: object) =>
    expectNoLeak(() =>
      activationMatchMany(spec, params, {
        ...{ forward, inputs, batchSize: 4 },
        ...options,
      } as ActivationMatchManyOptions),
    );

  it('leaks nothing, and disposes no input', async () => {
    for (const engine of ['packed', 'backend'] as const) {
      for (const kernel of ['cosine', 'correlation'] as const) {
        expect(await run({ engine, kernel, restarts: 3 })).not.toBeInstanceOf(Error);
      }
    }
    for (const tensor of [inputs, ...params.flatMap((each) => Object.values(each))]) {
      expect(tensor.isDisposed).toBe(false);
    }
  });

  it.each<[string, object, RegExp]>([
    [
      'a throw in the forward pass of the last network',
      {
        forward: (p: Params, x: tf.Tensor) => {
          if (p === params[2]) throw new Error('ouch');
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
    expect(String(await run(options))).toMatch(message);
  });

  it('stops on abort: before, between batches, and between the steps of the joint assignment', async () => {
    const reason = new Error('stop it');
    expect(await run({ signal: AbortSignal.abort(reason) })).toBe(reason);
    const between = new AbortController();
    const onProgress = () => between.abort(reason);
    expect(await run({ batchSize: 2, signal: between.signal, onProgress })).toBe(reason);
    const within = new AbortController();
    let calls = 0;
    const solver: typeof solveAssignment = (...args) => {
      calls++;
      within.abort(reason);
      return solveAssignment(...args);
    };
    expect(await run({ signal: within.signal, solver })).toBe(reason);
    expect(calls).toBe(1);
  });
});

describe('bad input', () => {
  const { spec, forward } = mlp;
  const params = [1, 2, 3].map((seed) => networks.randomParams(mlp, seed));
  const x = networks.randomInput(mlp, 4, 7);
  let calls = 0;
  const counted = (p: Params, input: tf.Tensor) => {
    calls++;
    return forward(p, input);
  };
  const refusal = async (given: readonly Params[], options: object) => {
    calls = 0;
    const error = await expectNoLeak(() =>
      activationMatchMany(spec, given, {
        ...{ forward: counted, inputs: x },
        ...options,
      } as ActivationMatchManyOptions),
    );
    expect(error).toBeInstanceOf(InvalidInputError);
    return error as InvalidInputError;
  };

  it.each<[string, unknown, RegExp]>([
    ['one network', [params[0]], /expected an array of at least 2 networks, received 1/],
    ['no network', [], /at least 2 networks, received 0/],
    ['params in place of an array', params[0], /at least 2 networks, received an object/],
    ['a network that is none', [params[0], null], /networks\[1\] must be params, received null/],
    [
      'a network of another shape, by its name',
      [params[0], params[1], { ...params[2], 'dense1/bias': tf.zeros([4]) }],
      /'dense1\/bias' differs on axis 0.*networks\[2\]/s,
    ],
    [
      'a network of another dtype',
      [params[0], { ...params[1], 'dense1/bias': tf.zeros([9], 'int32') }],
      /'dense1\/bias' is float32 in networks\[0\] and int32 in networks\[1\]/,
    ],
    [
      'a network without a parameter',
      [params[0], params[1], { 'dense1/bias': params[0]['dense1/bias'] }],
      /networks\[2\]/,
    ],
  ])('refuses %s before any work', async (_, given, message) => {
    const { message: told } = await refusal(given as readonly Params[], {});
    expect(told).toMatch(/^activationMatchMany: /);
    expect(told).toMatch(message);
    expect(calls).toBe(0);
  });

  it.each<[string, object, RegExp]>([
    ['a reference that is no index', { reference: 3 }, /reference must be an integer in 0 … 2/],
    ['a negative reference', { reference: -1 }, /reference must be .*received -1/],
    ['a name as reference', { reference: 'a' }, /reference must be .*received a/],
    ['no run', { restarts: 0 }, /restarts must be an integer ≥ 1, received 0/],
    ['no pass', { maxPasses: 0 }, /maxPasses must be an integer ≥ 1, received 0/],
    ['a seed that is no integer', { seed: 0.5 }, /seed must be an integer, received 0.5/],
    ['an unknown kernel', { kernel: 'dot' }, /kernel must be 'linear', .*received dot/],
    ['two sources', { activations: () => ({}) }, /both of forward and activations/],
    ['no inputs', { inputs: undefined }, /inputs must hold samples.*received undefined/],
  ])('refuses %s before any work', async (_, options, message) => {
    expect((await refusal(params, options)).message).toMatch(message);
    expect(calls).toBe(0);
  });

  it.each<[string, object, RegExp]>([
    [
      'activations of other samples, by the network',
      {
        activations: (p: Params) => ({
          h1: tf.zeros([p === params[2] ? 5 : 4, 9]),
          h2: tf.zeros([4, 7]),
        }),
      },
      /group 'h1' have shape \[4,9\] in networks\[0\] and \[5,9\] in networks\[2\]\. All networks/,
    ],
    [
      'activations that are not finite, by the network',
      {
        activations: (p: Params) => ({
          h1: tf.ones([4, 9]),
          h2: tf.fill([4, 7], p === params[1] ? Number.NaN : 1),
        }),
      },
      /activations of group 'h2' in networks\[1\] hold NaN/,
    ],
    [
      'a forward function that branches on values',
      {
        activations: undefined,
        forward: (p: Params, input: tf.Tensor) =>
          p === params[2] ? tf.relu(forward(p, input)) : forward(p, input),
      },
      /same operations every time/,
    ],
    [
      'a solver that solves nothing',
      {
        activations: undefined,
        forward,
        solver: (_: unknown, n: number) => ({ assignment: new Int32Array(n), objective: 0 }),
      },
      /the assignment of group 'h1'/,
    ],
  ])('refuses %s', async (_, options, message) => {
    expect((await refusal(params, { forward: undefined, ...options })).message).toMatch(message);
  });

  it('the matcher refuses unknown options at once', () => {
    expect(() => activationManyMatcher(spec, { forward, inputs: x, refrence: 1 } as never)).toThrow(
      /activationManyMatcher: there is no option 'refrence'; the nearest is 'reference'/,
    );
  });
});
