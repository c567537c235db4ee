import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { type Params, permutationSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { appearancesOf } from '../../../../src/matching/weights/appearancesOf';
import { plainGrams } from '../../../../src/matching/weights/grams';
import { boundGram } from '../../../../src/matching/weights/signatures/signatureBound';
import {
  signatureSum,
  uniformGrams,
} from '../../../../src/matching/weights/signatures/signatureSum';
import type { SimilarityKernel } from '../../../../src/matching/weights/similarityKernel';
import { allPermutations } from '../../../support/allPermutations';
import { useBackend } from '../../../support/backend';
import { type PreparedPair, preparedPair } from '../../../support/preparedPair';

await useBackend('cpu');

const yieldPoint = async () => {};

/** Random networks of these shapes, under patterns whose groups are each on one axis of a parameter. */
async function pairOf(
  patterns: Readonly<Record<string, string>>,
  shapes: Readonly<Record<string, readonly number[]>>,
  seed: number,
  kernel: SimilarityKernel = 'linear',
): Promise<PreparedPair> {
  const make = (s: number): Params =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape], i) => [
        name,
        tf.randomNormal([...shape], 0, 1, 'float32', 100 * s + i + 1),
      ]),
    );
  return preparedPair(permutationSpec(patterns), make(seed), make(seed + 1), kernel);
}

/** The grams of a group under all permutations. */
async function everyGram(pair: PreparedPair, group: string): Promise<Float32Array[]> {
  const grams = plainGrams(pair.products);
  const all: Float32Array[] = [];
  for (const permutations of allPermutations(pair.groups)) {
    all.push((await grams.gram(group, permutations)).slice());
  }
  return all;
}

/** The sum of the sorted signatures at all places of a group. */
const sortedSum = ({ weights, terms }: PreparedPair, group: string) =>
  signatureSum(weights, appearancesOf(terms, group), 'sorted', yieldPoint);

const problems: Readonly<
  Record<string, [Record<string, string>, Record<string, readonly number[]>]>
> = {
  'dense layers': [
    { w: '_ g', x: 'g h', b: 'h' },
    { w: [2, 3], x: [3, 4], b: [4] },
  ],
  'a convolution that is flattened': [
    { w: '2 g 3', x: '(2 g) h' },
    { w: [2, 3, 3], x: [6, 3] },
  ],
  'three groups on one parameter': [
    { w: 'g h k', x: 'g', y: 'h', z: 'k' },
    { w: [3, 2, 3], x: [3], y: [2], z: [3] },
  ],
  'segments and fixed positions': [
    { w: '(g + 2 + h) k', x: 'g h', y: 'k' },
    { w: [7, 2], x: [3, 2], y: [2] },
  ],
  'a product on one axis': [
    { w: '(g h) k', x: 'g h', y: 'k' },
    { w: [6, 3], x: [3, 2], y: [3] },
  ],
};
const kernels = ['linear', 'cosine'] as const;

describe.each(
  Object.entries(problems).flatMap(([name, [patterns, shapes]]) =>
    kernels.map((kernel) => ({ name, patterns, shapes, kernel })),
  ),
)('$name, $kernel', ({ patterns, shapes, kernel }) => {
  it('has uniform grams that are the means over all permutations', async () => {
    const pair = await pairOf(patterns, shapes, 3, kernel);
    const uniform = await uniformGrams(pair.weights, pair.terms, pair.groups, yieldPoint);
    const permutations = Object.fromEntries(
      pair.groups.map(({ name, size }) => [name, new Int32Array(size)]),
    );
    for (const { name } of pair.groups) {
      const all = await everyGram(pair, name);
      const alone = (await plainGrams(pair.products).gram(name, permutations, 'alone')).slice();
      const changing = uniform.get(name) ?? new Float32Array(alone.length);
      alone.forEach((value, at) => {
        const mean = all.reduce((sum, gram) => sum + gram[at], 0) / all.length;
        expect(value + changing[at]).toBeCloseTo(mean, 4);
      });
    }
  });

  it('has no gram above the signature grams', async () => {
    for (const seed of [1, 5]) {
      const pair = await pairOf(patterns, shapes, seed, kernel);
      for (const { name } of pair.groups) {
        const sum = await sortedSum(pair, name);
        for (const gram of await everyGram(pair, name)) {
          sum.forEach((value, at) => {
            expect(gram[at]).toBeLessThan(value + 1e-4);
          });
        }
      }
    }
  });
});

describe('signature grams', () => {
  it('are the greatest grams over all permutations of one other group', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), fc.constantFrom(...kernels), async (seed, kernel) => {
        const pair = await pairOf({ w: 'g h', b: 'g' }, { w: [3, 4], b: [3] }, seed, kernel);
        for (const { name } of pair.groups) {
          // Cosine terms that are scaled along different axes need not have their greatest values together.
          if (kernel === 'cosine') continue;
          const all = await everyGram(pair, name);
          (await sortedSum(pair, name)).forEach((value, at) => {
            expect(value).toBeCloseTo(Math.max(...all.map((gram) => gram[at])), 4);
          });
        }
        pair.dispose();
      }),
      { numRuns: 20 },
    );
  });

  it('of diag(2, 1) and itself are [[4, 2], [2, 1]]', async () => {
    // Sorted rows: (0, 2) and (0, 1). The values in the bound count half for each of the two groups.
    const w = tf.tensor2d([2, 0, 0, 1], [2, 2]);
    const pair = await preparedPair(permutationSpec({ w: 'g h' }), { w }, { w });
    expect(await sortedSum(pair, 'g')).toEqual(Float32Array.of(4, 2, 2, 1));
    expect(await boundGram(pair.weights, pair.terms, 'h', yieldPoint)).toEqual(
      Float32Array.of(2, 1, 1, 0.5),
    );
  });

  it('leave out a group that is on no term', async () => {
    const pair = await pairOf({ w: 'g h', b: 'k' }, { w: [2, 3], b: [4] }, 1);
    const terms = pair.terms.filter(({ param }) => param === 'w');
    expect(await boundGram(pair.weights, terms, 'k', yieldPoint)).toBeNull();
    const uniform = await uniformGrams(pair.weights, terms, pair.groups, yieldPoint);
    expect([...uniform.keys()]).toEqual(['g', 'h']);
  });
});
