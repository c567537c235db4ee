import * as tf from '@tensorflow/tfjs-core';
import {
  InvalidInputError,
  identityPermutations,
  type ManyNetwork,
  type MatchManyOptions,
  matchMany,
  type Params,
  permutationSpec,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';
import { network, spec } from '../../support/planted';

await useBackend('cpu');

const [a, b, c] = [1, 2, 3].map(network);
const withParameter = (params: Params, name: string, value: tf.Tensor): Params => ({
  ...params,
  [name]: value,
});
const identity = identityPermutations(spec, a);

describe('matchMany refuses', () => {
  const { 'dense1/bias': _, ...lacking } = a;
  const NaNs = withParameter(c, 'dense1/bias', tf.fill([9], Number.NaN));
  const huge = withParameter(c, 'dense1/bias', tf.fill([9], 1e30));
  const cases: [string, readonly ManyNetwork[], MatchManyOptions, RegExp][] = [
    ['no network', [], {}, /expected an array of at least 2 networks, received 0/],
    ['a single network', [a], {}, /expected an array of at least 2 networks, received 1/],
    ['no array', { a, b } as never, {}, /at least 2 networks, received an object/],
    ['no params', [a, 5 as never, c], {}, /network 1 must be params, .*a number/],
    ['a missing parameter', [a, b, lacking], {}, /network 2 lacks parameter 'dense1\/bias'/],
    [
      'an additional parameter',
      [lacking, b, c],
      {},
      /network 0 lacks parameter 'dense1\/bias', which network 1 has/,
    ],
    [
      'another shape',
      [a, b, withParameter(c, 'dense1/bias', tf.zeros([3]))],
      {},
      /'dense1\/bias' differs on axis 0: shape \[9\] in network 0, \[3\] in network 2/,
    ],
    [
      'another dtype',
      [a, withParameter(b, 'dense1/bias', tf.zeros([9], 'int32')), c],
      {},
      /'dense1\/bias' is float32 in network 0 and int32 in network 1/,
    ],
    ['NaN', [a, b, NaNs], {}, /'dense1\/bias' of network 2 holds NaN at flat index 0/],
    ['NaN, on the backend', [a, b, NaNs], { engine: 'backend' }, /of network 2 holds NaN/],
    ['NaN of two networks', [a, NaNs], {}, /'dense1\/bias' of network 1 holds NaN/],
    ['NaN of the first of two', [NaNs, a], { reference: 1 }, /of network 0 holds NaN/],
    ['squares that overflow', [a, b, huge], {}, /squares of parameter 'dense1\/bias' of network 2/],
    ['sequences of different lengths', [[a, b], [b], [c, a]], {}, /network 1 has 1 steps/],
    ['an empty sequence', [[], [], []], {}, /network 0 has 0 steps/],
    ['a wrong reference', [a, b, c], { reference: 3 }, /reference must be an integer in 0 … 2/],
    ['initial of wrong length', [a, b, c], { initial: [identity] }, /initial must be 3 records/],
    ['no initial', [a, b, c], { initial: 5 as never }, /initial must be 3 .* received a number/],
    [
      'initial of other groups',
      [a, b, c],
      { initial: [identity, {}, identity] },
      /initial\[1\]: .*'h1'/,
    ],
    ['an unknown method', [a, b, c], { method: 'guess' as never }, /method must be 'ascent'/],
    ['an unknown start', [a, b, c], { start: 'guess' as never }, /start must be 'chain'/],
    [
      'a start of mergeMany',
      [a, b, c],
      { method: 'mergeMany', start: 'star' },
      /start is 'star', but the method 'mergeMany' starts at the identity/,
    ],
    ['maxPasses of 0', [a, b, c], { maxPasses: 0 }, /maxPasses must be an integer ≥ 1/],
    ['restarts of 0', [a, b, c], { restarts: 0 }, /restarts must be an integer in 1 …/],
    ['an incomplete order', [a, b, c], { order: ['h1'] }, /order must be/],
    ['a seed that is no integer', [a, b, c], { seed: 0.5 }, /seed must be an integer/],
    ['an unknown engine', [a, b, c], { engine: 'gpu' as never }, /engine must be/],
    ['nothing to compare', [a, b, c], { include: () => false }, /include leaves out every/],
  ];
  it.each(cases)('%s', async (_name, networks, options, message) => {
    const error = await expectNoLeak(() => matchMany(spec, networks, options));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(/^matchMany: /);
    expect((error as Error).message).toMatch(message);
  });

  it('a network that is disposed', async () => {
    const gone = network(4);
    tf.dispose(gone);
    const error = await expectNoLeak(() => matchMany(spec, [a, b, gone]));
    expect((error as Error).message).toMatch(/of network 2 is disposed/);
  });
});

describe('constants that are not finite', () => {
  it.each(['packed', 'backend'] as const)('are left out of S, %s', async (engine) => {
    const masked = permutationSpec({ w: 'h _', mask: '_' });
    const w = [1, 2, 3].map((seed) => tf.randomNormal([6, 4], 0, 1, 'float32', seed));
    const infinite = tf.tensor1d([1, Number.NEGATIVE_INFINITY, 1e30, Number.NaN, 2]);
    const zeroed = tf.tensor1d([1, 0, 0, 0, 2]);
    const networks = (mask: tf.Tensor) => w.map((own) => ({ w: own, mask }));
    const wanted = await matchMany(masked, networks(zeroed), { engine });
    const found = await expectNoLeak(() => matchMany(masked, networks(infinite), { engine }));
    expect(found).toMatchObject({
      permutations: wanted.permutations,
      objective: wanted.objective,
      history: wanted.history,
    });
  });
});
