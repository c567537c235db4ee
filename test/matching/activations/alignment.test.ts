import * as tf from '@tensorflow/tfjs-core';
import {
  activationMatch,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';

await useBackend('cpu');

const spec = permutationSpec({ in: '_ h', bias: 'h', mid: 'h g', out: 'g _', pad: '' });
const forward = ({ in: first, bias, mid, out, pad }: Params, x: tf.Tensor) => {
  const h = tf.maximum(tf.relu(tf.add(tf.matMul(x, first), bias)), pad);
  return tf.matMul(tf.relu(tf.matMul(h, mid)), out);
};
const network = (seed: number): Params => ({
  in: tf.randomNormal([4, 6], 0, 1, 'float32', seed),
  bias: tf.randomNormal([6], 1, 1, 'float32', seed + 1),
  mid: tf.randomNormal([6, 5], 0, 1, 'float32', seed + 2),
  out: tf.randomNormal([5, 2], 0, 1, 'float32', seed + 3),
  pad: tf.scalar(Number.NEGATIVE_INFINITY),
});
const x = tf.randomNormal([30, 4], 0, 1, 'float32', 9);

/** The activations that are compared: before the nonlinearities. */
function activationsOf({ in: first, bias, mid }: Params): Record<string, tf.Tensor> {
  const h = tf.add(tf.matMul(x, first), bias);
  return { h, g: tf.matMul(tf.relu(h), mid) };
}

interface Sums {
  product: number;
  squaresA: number;
  squaresB: number;
}

/** Products and squares of two networks' activations [samples, units], each unit less its mean, in plain loops. */
async function centredSums(one: tf.Tensor, other: tf.Tensor): Promise<Sums> {
  const columns = async (tensor: tf.Tensor) => {
    const rows = (await tensor.array()) as number[][];
    return rows[0].map((_, unit) => {
      const values = rows.map((row) => row[unit]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.map((value) => value - mean);
    });
  };
  const [a, b] = [await columns(one), await columns(other)];
  const sums = { product: 0, squaresA: 0, squaresB: 0 };
  a.forEach((values, unit) => {
    values.forEach((value, n) => {
      sums.product += value * b[unit][n];
      sums.squaresA += value ** 2;
      sums.squaresB += b[unit][n] ** 2;
    });
  });
  return sums;
}

const cosine = (all: Sums[]) => {
  const total = (of: keyof Sums) => all.reduce((sum, each) => sum + each[of], 0);
  return total('product') / Math.sqrt(total('squaresA') * total('squaresB'));
};

describe.each(['packed', 'backend'] as const)('the alignment of activations, %s', (engine) => {
  it.each(['linear', 'cosine', 'correlation'] as const)(
    'is their correlation, unit by unit less its mean: kernel %s',
    async (kernel) => {
      const [a, b] = [network(10), network(20)];
      const capture = 'first'; // The last operation with parameters is the maximum with the constant.
      const options = { forward, inputs: x, batchSize: 7, kernel, engine, capture } as const;
      const { alignment, permutations } = await activationMatch(spec, a, b, options);
      for (const [when, other] of [
        ['before', b],
        ['after', permute(spec, b, permutations)],
      ] as const) {
        const [ofA, ofB] = [activationsOf(a), activationsOf(other)];
        const sums = { h: await centredSums(ofA.h, ofB.h), g: await centredSums(ofA.g, ofB.g) };
        expect(alignment.groups.h[when]).toBeCloseTo(cosine([sums.h]), 4);
        expect(alignment.groups.g[when]).toBeCloseTo(cosine([sums.g]), 4);
        expect(alignment[when]).toBeCloseTo(cosine([sums.h, sums.g]), 4);
        expect(Math.abs(alignment[when])).toBeLessThanOrEqual(1);
      }
      expect(alignment.after).toBeGreaterThan(alignment.before);
    },
  );

  it('is 1 for a permuted copy, whose infinite constant is no obstacle', async () => {
    const a = network(10);
    const b = permute(spec, a, randomPermutations(spec, a, { seed: 2 }));
    const { alignment } = await activationMatch(spec, a, b, { forward, inputs: x, engine });
    expect(alignment.before).toBeLessThan(0.99);
    expect(alignment.after).toBeCloseTo(1, 5);
  });
});

it('of a group with others inside its units is that of their units', async () => {
  const heads = permutationSpec({ in: '_ (h d[h])', out: '(h d[h]) _' }, { sizes: { h: 3 } });
  const make = (seed: number) => ({
    in: tf.randomNormal([4, 6], 0, 1, 'float32', seed),
    out: tf.randomNormal([6, 2], 0, 1, 'float32', seed + 1),
  });
  const activations = (params: Params, input: unknown) => ({
    d: tf.matMul(input as tf.Tensor, params.in),
  });
  const { alignment } = await activationMatch(heads, make(1), make(5), { activations, inputs: x });
  expect(alignment.groups.h).toEqual(alignment.groups.d);
  expect(alignment.after).toBe(alignment.groups.d.after);
  expect(alignment.after).toBeGreaterThan(alignment.before);
});
