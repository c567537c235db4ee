import * as tf from '@tensorflow/tfjs-core';
import {
  average,
  crossEntropy,
  identityPermutations,
  matchMany,
  type Permutations,
  permute,
  type StraightThroughManyOptions,
  straightThroughManyMatcher,
  straightThroughMatch,
  straightThroughMatchMany,
} from 'perm-lmc';
import { afterAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectNoLeak, expectSameFunction } from '../../support/invariants';
import { mlp, network, shuffled, spec } from '../../support/planted';

await useBackend('cpu');

const { forward } = mlp;
const networks = [1, 2, 3].map(network);
const x = tf.randomNormal([40, ...mlp.inputShape], 0, 1, 'float32', 3);
const y = tf.tensor1d(
  Array.from({ length: 40 }, (_, i) => i % 4),
  'int32',
);
const options = {
  ...{ forward, data: { x, y }, batchSize: 10, steps: 20, validation: { x, y } },
  optimizer: () => tf.train.adam(0.05),
} satisfies StraightThroughManyOptions;
afterAll(() => tf.dispose([networks, x, y]));

/** The loss of the mean of the permuted networks on all samples. */
async function meanLoss(permutations: readonly Permutations[]): Promise<number> {
  const loss = tf.tidy(() => {
    const moved = networks.map((params, i) => permute(spec, params, permutations[i]));
    return crossEntropy(forward(average(moved), x), y);
  });
  const [value] = await loss.data();
  loss.dispose();
  return value;
}

it('finds planted permutations of three copies at the start', async () => {
  const [first] = networks;
  const copies = [first, shuffled(first, 5), shuffled(first, 6)];
  const found = await straightThroughMatchMany(spec, copies, { ...options, steps: 3 });
  expect(found.step).toBe(0);
  for (const [i, copy] of copies.entries()) {
    const back = permute(spec, copy, found.permutations[i]);
    await expectSameFunction(forward, first, back, x);
    tf.dispose(back);
  }
  tf.dispose(copies.slice(1));
});

it.each(['random', 'equal'] as const)(
  'is better than the joint match on the validation samples, with %s weights',
  async (weights) => {
    const start = await matchMany(spec, networks);
    const found = await straightThroughMatchMany(spec, networks, { ...options, weights });
    expect(found.losses[0]).toBeCloseTo(await meanLoss(start.permutations), 5);
    expect(found.loss).toBeCloseTo(await meanLoss(found.permutations), 5);
    expect(found.loss).toBeLessThan(found.losses[0]);
    expect(found.losses).toEqual([...found.losses].sort((one, other) => other - one));
    expect(found.pairs.map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    expect(found.objective).toBeCloseTo(
      found.pairs.reduce((sum, { objective }) => sum + objective, 0),
      5,
    );
    expect(found.objective).toBeLessThan(start.objective);
  },
);

it('is straightThroughMatch for two networks', async () => {
  const [a, b] = networks;
  const start = await straightThroughMatch(spec, a, b, { ...options, steps: 0 });
  const two = await straightThroughMatch(spec, a, b, options);
  const found = await straightThroughMatchMany(spec, [a, b], {
    ...{
      ...options,
      weights: 'equal',
      initial: [identityPermutations(spec, a), start.permutations],
    },
  });
  expect(found.permutations[1]).toEqual(two.permutations);
  expect(found.history).toEqual(two.history);
  expect(found.losses).toEqual(two.losses);
});

it('starts from given permutations, in the frame of the first network', async () => {
  const { permutations } = await matchMany(spec, networks, { reference: 2 });
  const found = await straightThroughMatchMany(spec, networks, {
    ...{ ...options, initial: permutations, steps: 0 },
  });
  expect(found.loss).toBeCloseTo(await meanLoss(permutations), 5);
  expect(found.permutations[0]).toEqual(identityPermutations(spec, networks[0]));
});

it('gives the same result for the same seed, and is a joint matcher', async () => {
  const one = await straightThroughMatchMany(spec, networks, options);
  const match = straightThroughManyMatcher(spec, options);
  expect(await match(networks, {})).toEqual(one.permutations);
  const other = await straightThroughMatchMany(spec, networks, { ...options, seed: 1 });
  expect(other.history).not.toEqual(one.history);
});

describe('leaves no tensor behind', () => {
  it.each(['packed', 'backend'] as const)('on success, with the engine %s', async (engine) => {
    const found = await expectNoLeak(() =>
      straightThroughMatchMany(spec, networks, { ...options, engine, steps: 3 }),
    );
    expect(found).not.toBeInstanceOf(Error);
  });

  it('when it is aborted', async () => {
    const abort = new AbortController();
    const onProgress = () => abort.abort();
    const own = { ...options, signal: abort.signal, onProgress };
    const found = await expectNoLeak(() => straightThroughMatchMany(spec, networks, own));
    expect(found).toMatchObject({ name: 'AbortError' });
  });
});

it.each<[string, readonly unknown[], object, RegExp]>([
  ['one network', [networks[0]], {}, /expected an array of at least 2 networks, received 1/],
  [
    'a function',
    [networks[0], () => networks[1]],
    {},
    /networks\[1\] must be params, received a fun/,
  ],
  ['unknown weights', networks, { weights: [1, 1, 1] }, /weights must be 'random' or 'equal'/],
  [
    'too few starts',
    networks,
    { initial: [{}] },
    /initial must be 3 records .* received 1 records/,
  ],
  [
    'a group left out',
    networks,
    { initial: [{}, {}, {}] },
    /initial\[0\]: there is no permutation of/,
  ],
])('refuses %s', async (_, given, own, message) => {
  const found = await expectNoLeak(() =>
    straightThroughMatchMany(spec, given as never, { ...options, ...own } as never),
  );
  expect(found).toMatchObject({ name: 'InvalidInputError' });
  expect((found as Error).message).toMatch(message);
});
