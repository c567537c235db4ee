import * as tf from '@tensorflow/tfjs-core';
import {
  InvalidInputError,
  invertPermutations,
  matchSequence,
  type Params,
  type PermutationSpec,
  permutationSpec,
  permute,
  randomPermutations,
  type WeightMatchOptions,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { fibredNetworks } from '../support/fibredNetworks';
import { expectNoLeak } from '../support/invariants';
import { randomParams, type TestNetwork, testNetworks } from '../support/networks';

await useBackend('cpu');

const families: TestNetwork[] = [testNetworks[0], testNetworks[3], ...fibredNetworks];

/** Σ of products of the included parameters, computed in plain numbers. */
async function similarityOf(a: Params, b: Params): Promise<number> {
  let total = 0;
  for (const name of Object.keys(a)) {
    if (/moving|running|num_batches/.test(name)) continue;
    const [x, y] = [await a[name].data(), await b[name].data()];
    x.forEach((value, i) => {
      total += value * y[i];
    });
  }
  return total;
}

/** A network with noise of this size added to every float. */
function noisy(params: Params, size: number, seed: number): Params {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(params).map(([name, tensor], i) => [
        name,
        tf.add(tensor, tf.randomNormal(tensor.shape, 0, size, 'float32', 1000 * seed + i)),
      ]),
    ),
  );
}

describe('matchSequence', () => {
  it.each(families)('of one step is weightMatch: $name', async (family) => {
    const [a, b] = [randomParams(family, 1), randomParams(family, 2)];
    for (const options of [{}, { seed: 3, restarts: 2 }, { kernel: 'cosine' as const }]) {
      const one = await weightMatch(family.spec, a, b, options);
      expect(await matchSequence(family.spec, [a], [b], options)).toEqual(one);
    }
  });

  it.each(families)('sums objective and similarities over the steps: $name', async (family) => {
    const [a, b] = [1, 10].map((seed) => [0, 1, 2].map((t) => randomParams(family, seed + t)));
    const { permutations, objective, similarity } = await matchSequence(family.spec, a, b);
    let expected = 0;
    for (const [t, params] of a.entries()) {
      expected += await similarityOf(params, permute(family.spec, b[t], permutations));
    }
    expect(objective).toBeCloseTo(expected, 3);
    for (const [group, units] of Object.entries(similarity)) {
      expect(units).toHaveLength(permutations[group].length);
    }
  });

  it('recovers a permutation that single steps are too noisy to show', async () => {
    const spec = permutationSpec({ in: '_ h', out: 'h _' });
    const base = {
      in: tf.randomNormal([6, 24], 0, 1, 'float32', 1),
      out: tf.randomNormal([24, 4], 0, 1, 'float32', 2),
    };
    const planted = randomPermutations(spec, base, { seed: 3 });
    const steps = Array.from({ length: 24 }, (_, t) => t);
    const a = steps.map((t) => noisy(base, 1.2, 10 + t));
    const b = steps.map((t) => permute(spec, noisy(base, 1.2, 100 + t), planted));
    const back = invertPermutations(planted);
    const { permutations } = await matchSequence(spec, a, b);
    expect(permutations).toEqual(back);
    for (const t of steps.slice(0, 4)) {
      const single = await weightMatch(spec, a[t], b[t]);
      expect(single.permutations).not.toEqual(back);
    }
  });

  it('asks include with the names of one step, and lets the spec leave parameters fixed', async () => {
    const patterns: PermutationSpec = permutationSpec({ 'a/in': '_ h' }, { unlisted: 'fixed' });
    const network = (seed: number): Params => ({
      'a/in': tf.randomNormal([3, 5], 0, 1, 'float32', seed),
      'b/out': tf.randomNormal([2], 0, 1, 'float32', seed),
    });
    const asked = new Set<string>();
    const include = (name: string) => asked.add(name).size > 0;
    const [a, b] = [[1, 2].map(network), [3, 4].map(network)];
    await matchSequence(patterns, a, b, { include });
    expect([...asked]).toEqual(['a/in', 'b/out']);
  });

  it('leaks nothing, on errors and abort neither', async () => {
    const [family] = families;
    const [a, b] = [
      [1, 2],
      [3, 4],
    ].map((seeds) => seeds.map((seed) => randomParams(family, seed)));
    await expectNoLeak(() => matchSequence(family.spec, a, b));
    const signal = AbortSignal.abort();
    expect(await expectNoLeak(() => matchSequence(family.spec, a, b, { signal }))).toMatchObject({
      name: 'AbortError',
    });
    const onProgress = () => {
      throw new Error('enough');
    };
    await expectNoLeak(() => matchSequence(family.spec, a, b, { onProgress }));
  });
});

describe('matchSequence refuses', () => {
  const [{ spec }] = families;
  const a = randomParams(families[0], 1);
  const other = { ...a, 'dense1/bias': tf.zeros([3]) };
  const cases: [string, Params[], Params[], WeightMatchOptions, RegExp][] = [
    ['sequences of different lengths', [a, a], [a], {}, /matchSequence: .* received 2 and 1/],
    ['empty sequences', [], [], {}, /matchSequence: .* received 0 and 0/],
    ['networks', a as never, a as never, {}, /matchSequence: .* received no array/],
    [
      'a step that differs in A',
      [a, other],
      [a, a],
      {},
      /\[9\] in sequenceA\[0\], \[3\] in sequenceA\[1\]/,
    ],
    [
      'a step that differs in B',
      [a, a],
      [a, other],
      {},
      /\[9\] in sequenceA\[0\], \[3\] in sequenceB\[1\]/,
    ],
    [
      'values that are not finite, by their step',
      [a, a],
      [a, { ...a, 'dense1/bias': tf.fill([9], Number.NaN) }],
      {},
      /^matchSequence: .*'sequence\[1\]\/dense1\/bias' of b holds NaN/,
    ],
    [
      'options out of range',
      [a],
      [a],
      { restarts: 0 },
      /^matchSequence: restarts must be an integer in 1 …/,
    ],
  ];
  it.each(cases)('%s', async (_, sequenceA, sequenceB, options, message) => {
    const error = await expectNoLeak(() => matchSequence(spec, sequenceA, sequenceB, options));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
  });
});
