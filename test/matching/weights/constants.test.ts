import * as tf from '@tensorflow/tfjs-core';
import {
  InvalidInputError,
  matchSequence,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
  traceSpec,
  unitSimilarity,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';

await useBackend('cpu');

const engines = ['packed', 'backend'] as const;
const kernels = ['linear', 'cosine'] as const;
const { POSITIVE_INFINITY: INFINITY, NaN: NOT_A_NUMBER } = Number;

/** `h` moves the columns of `in`, the rows of `out` and the first two values of `mixed`. */
const spec = permutationSpec({ in: '_ h', out: 'h _', mixed: '(h + 2)', mask: '_ _', pad: '' });

function network(
  constants: { mask?: number[]; pad?: number; mixed?: number[] } = {},
  seed = 1,
): Params {
  const { mask = [0, 0, 0, 0], pad = 0, mixed = [0, 0] } = constants;
  return {
    in: tf.randomNormal([3, 2], 0, 1, 'float32', seed),
    out: tf.randomNormal([2, 3], 0, 1, 'float32', seed + 10),
    mixed: tf.tensor1d([0.5 * seed, -0.25, ...mixed]),
    mask: tf.tensor2d(mask, [2, 2]),
    pad: tf.scalar(pad),
  };
}

describe.each(engines)('constants that no group moves, %s', (engine) => {
  it.each<[string, Parameters<typeof network>[0]]>([
    ['-Infinity', { pad: -INFINITY }],
    ['infinities in part of a parameter', { mask: [0, -INFINITY, INFINITY, 0] }],
    ['infinities beside what a group moves', { mixed: [-INFINITY, INFINITY] }],
    ['NaN', { pad: NOT_A_NUMBER, mask: [NOT_A_NUMBER, 0, 0, 0] }],
    ['the lowest float32', { pad: -3.4e38, mixed: [-3.4e38, 0] }],
  ])('%s: the match is that without them', async (_, constants) => {
    for (const kernel of kernels) {
      const options = { kernel, engine, restarts: 2 };
      const plain = await weightMatch(spec, network({}, 1), network({}, 2), options);
      const [a, b] = [network(constants, 1), network(constants, 2)];
      const match = await expectNoLeak(() => weightMatch(spec, a, b, options));
      expect(match).toEqual(plain);
    }
  });

  it('in one of the two networks alone are left out as well', async () => {
    const plain = await weightMatch(spec, network({}, 1), network({}, 2), { engine });
    const infinite = network({ pad: INFINITY, mask: [1, 2, 3, INFINITY] }, 2);
    const ones = { pad: 7, mask: [0, 0, 0, 5] };
    expect(await weightMatch(spec, network(ones, 1), infinite, { engine })).toEqual(plain);
  });

  it('keep their finite neighbours in S', async () => {
    const values = { mask: [1, -INFINITY, 3, 4] };
    const [a, b] = [network(values, 1), network(values, 2)];
    const plain = await weightMatch(spec, network({}, 1), network({}, 2), { engine });
    const { objective, alignment } = await weightMatch(spec, a, b, { engine });
    expect(objective).toBeCloseTo(plain.objective + 1 + 9 + 16, 5);
    expect(alignment).toEqual(plain.alignment);
  });

  it('that are large and finite stay in S while their products are finite', async () => {
    const values = { pad: 1e17 };
    const [a, b] = [network(values, 1), network(values, 2)];
    const { objective } = await weightMatch(spec, a, b, { engine });
    expect(objective / 1e34).toBeCloseTo(1, 5);
  });

  it('are not looked at where include leaves their parameter out', async () => {
    const include = (name: string) => name !== 'pad';
    const options = { engine, include };
    const plain = await weightMatch(spec, network({}, 1), network({}, 2), options);
    const [a, b] = [network({ pad: NOT_A_NUMBER }, 1), network({ pad: -INFINITY }, 2)];
    expect(await weightMatch(spec, a, b, options)).toEqual(plain);
  });

  it.each<[string, (params: Params) => Params, RegExp]>([
    [
      'beside constants',
      (params) => ({ ...params, mixed: tf.tensor1d([0, -INFINITY, INFINITY, 0]) }),
      /weightMatch: parameter 'mixed' of b holds -Infinity at flat index 1 of shape \[4\]/,
    ],
    [
      'in a whole parameter',
      (params) => ({ ...params, out: tf.fill([2, 3], NOT_A_NUMBER) }),
      /parameter 'out' of b holds NaN at flat index 0 of shape \[2,3\]/,
    ],
    [
      'so large that products overflow',
      (params) => ({ ...params, in: tf.fill([3, 2], 3e38) }),
      /overflow float32 in parameter 'in'/,
    ],
  ])('do not excuse values that a group moves: %s', async (_, change, message) => {
    const constants = { pad: -INFINITY, mask: [INFINITY, 0, 0, 0] };
    // The first network is finite where the second one is changed, but for values whose products overflow.
    const a = { ...network(constants, 1), in: change(network({}, 1)).in };
    const b = change(network(constants, 2));
    const error = await expectNoLeak(() => weightMatch(spec, a, b, { engine }));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
  });
});

it('a traced network with a row of -Infinity as padding is matched', async () => {
  const params: Params = {
    conv: tf.randomNormal([3, 3, 2, 4], 0, 1, 'float32', 1),
    pad: tf.scalar(-INFINITY),
    head: tf.randomNormal([1, 1, 4, 2], 0, 1, 'float32', 2),
  };
  const forward = (p: Params, x: tf.Tensor) => {
    const h = tf.conv2d(x as tf.Tensor4D, p.conv as tf.Tensor4D, 1, 'same');
    const low = tf.mul(tf.onesLike(tf.slice(h, [0, 0, 0, 0], [-1, 1, -1, -1])), p.pad);
    const pooled = tf.maxPool(tf.concat([low as tf.Tensor4D, h], 1), 2, 1, 'valid');
    return tf.conv2d(pooled, p.head as tf.Tensor4D, 1, 'same');
  };
  const x = tf.randomNormal([1, 6, 6, 2], 0, 1, 'float32', 3);
  const traced = await traceSpec(forward, params, x);
  const planted = randomPermutations(traced, params, { seed: 1 });
  const moved = permute(traced, params, planted);
  const { permutations, objective, alignment } = await weightMatch(traced, moved, params);
  expect(permutations).toEqual(planted);
  expect(Number.isFinite(objective)).toBe(true);
  expect(alignment.after).toBeCloseTo(1, 6);
  const similarity = await unitSimilarity(traced, moved, params, { permutations });
  for (const units of Object.values(similarity)) expect(units.every(Number.isFinite)).toBe(true);
  const sequence = await matchSequence(traced, [moved, moved], [params, params]);
  expect(sequence.permutations).toEqual(planted);
});

it('makes all runs beside a constant that is larger than the rest by far', async () => {
  // The network is far from the other in its own order, so that one run does not prove an optimum.
  const large = { mask: [-1e6, 0, 0, -1e6] };
  const { runs } = await weightMatch(spec, network(large, 1), network(large, 2), { restarts: 3 });
  expect(runs).toHaveLength(3);
});
