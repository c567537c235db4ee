import * as tf from '@tensorflow/tfjs-core';
import {
  invertPermutations,
  type Params,
  type PermutationSpec,
  permutationSpec,
  permute,
  randomPermutations,
  solveAssignment,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { normBound } from '../../../../src/matching/weights/signatures/normBound';
import { signatureBound } from '../../../../src/matching/weights/signatures/signatureBound';
import { signatureStart } from '../../../../src/matching/weights/signatures/signatureStart';
import type { SimilarityKernel } from '../../../../src/matching/weights/similarityKernel';
import { allPermutations } from '../../../support/allPermutations';
import { useBackend } from '../../../support/backend';
import { fibredNetworks } from '../../../support/fibredNetworks';
import { expectPermutations } from '../../../support/invariants';
import { knotty, knottyParams } from '../../../support/knotty';
import { randomParams, testNetworks } from '../../../support/networks';
import { type PreparedPair, preparedPair } from '../../../support/preparedPair';

await useBackend('cpu');

const settings = { solver: solveAssignment, yieldPoint: async () => {} };

/** The start, and both bounds. */
async function startOf({ weights, terms, groups }: PreparedPair) {
  return {
    permutations: await signatureStart(weights, terms, groups, settings),
    bound: await signatureBound(weights, terms, groups, settings.yieldPoint),
    norms: await normBound(weights, terms),
  };
}

interface Case {
  readonly name: string;
  readonly spec: PermutationSpec;
  readonly make: (seed: number) => Params;
}

const cases: readonly Case[] = [
  ...[...testNetworks, ...fibredNetworks].map((network) => ({
    name: network.name,
    spec: network.spec,
    make: (seed: number) => randomParams(network, seed),
  })),
  { name: 'knotty patterns', spec: knotty.spec, make: knottyParams },
];
const kernels: readonly SimilarityKernel[] = ['linear', 'cosine'];

describe.each(cases.flatMap((each) => kernels.map((kernel) => ({ ...each, kernel }))))(
  '$name, $kernel',
  ({ spec, make, kernel }) => {
    it('recovers planted permutations by signatures alone, and certifies them', async () => {
      for (const seed of [1, 2, 3]) {
        const a = make(seed);
        const planted = randomPermutations(spec, a, { seed: seed + 50 });
        const pair = await preparedPair(spec, a, permute(spec, a, planted), kernel);
        const { permutations, bound, norms } = await startOf(pair);
        expect(permutations).toEqual(invertPermutations(planted));
        const reached = await pair.objective(permutations);
        expect(Math.abs(bound - reached)).toBeLessThan(1e-5 * reached);
        expect(Math.abs(norms - reached)).toBeLessThan(1e-5 * reached);
        pair.dispose();
      }
    });

    it('bounds S at random permutations and at the end of a match', async () => {
      for (const seed of [1, 2]) {
        const [a, b] = [make(seed), make(seed + 10)];
        const pair = await preparedPair(spec, a, b, kernel);
        const { permutations, bound, norms } = await startOf(pair);
        expect(bound).toBeLessThanOrEqual(norms * (1 + 1e-5));
        expectPermutations(permutations);
        const match = await weightMatch(spec, a, b, {
          kernel,
          include: () => true,
          initial: permutations,
        });
        const tried = [permutations, match.permutations];
        for (let i = 0; i < 20; i++) tried.push(randomPermutations(spec, a, { seed: i }));
        for (const each of tried) {
          expect(await pair.objective(each)).toBeLessThanOrEqual(bound * (1 + 1e-5));
        }
        pair.dispose();
      }
    });
  },
);

/** Patterns with groups of 2 to 4 units, so that all permutations can be tried. */
const small: readonly [Record<string, string>, Record<string, readonly number[]>][] = [
  [
    { w: 'g h', x: 'h _', b: 'g' },
    { w: [3, 4], x: [4, 2], b: [3] },
  ],
  [
    { w: 'g g', b: 'g' },
    { w: [4, 4], b: [4] },
  ], // Quadratic.
  [
    { w: 'g (4 g)', x: '_ g' },
    { w: [3, 12], x: [2, 3] },
  ],
  [
    { w: '(g + 2 + h) k', x: '(g + 1)', y: '_ h' },
    { w: [7, 3], x: [4], y: [2, 2] },
  ],
  [
    { w: '(g h) g', x: 'h' },
    { w: [6, 3], x: [2] },
  ],
  [
    { q: '_ (h d[h])', o: '(h d[h]) _', s: 'h' },
    { q: [2, 4], o: [4, 2], s: [2] },
  ],
  [
    { q: '_ (g r[g] d[g])', k: '_ (g d[g])', s: 'g' },
    { q: [2, 8], k: [3, 4], s: [2] },
  ],
];

describe('the bound', () => {
  it.each(
    small.flatMap(([patterns, shapes]) => kernels.map((kernel) => ({ patterns, shapes, kernel }))),
  )(
    'is at least S of every permutation: $patterns, $kernel',
    async ({ patterns, shapes, kernel }) => {
      const spec = permutationSpec(patterns);
      for (let seed = 1; seed <= 8; seed++) {
        const make = (s: number): Params =>
          Object.fromEntries(
            Object.entries(shapes).map(([name, shape], i) => [
              name,
              tf.randomNormal([...shape], 0, 1, 'float32', 100 * s + i + 1),
            ]),
          );
        const pair = await preparedPair(spec, make(seed), make(seed + 20), kernel);
        const { bound } = await startOf(pair);
        let best = Number.NEGATIVE_INFINITY;
        for (const each of allPermutations(pair.groups)) {
          best = Math.max(best, await pair.objective(each));
        }
        expect(best).toBeLessThanOrEqual(bound + 1e-4);
        pair.dispose();
      }
    },
  );

  it('is reached for diag(2, 1) and itself', async () => {
    // Sorted rows (0, 2) and (0, 1): the gram [[4, 2], [2, 1]] of either group has the value 5, and half of it
    // counts for each.
    const w = tf.tensor2d([2, 0, 0, 1], [2, 2]);
    const pair = await preparedPair(permutationSpec({ w: 'g h' }), { w }, { w });
    const { permutations, bound } = await startOf(pair);
    expect(bound).toBe(5);
    expect(await pair.objective(permutations)).toBe(5);
  });

  it('holds where positions are written out in no regular order', async () => {
    const base = permutationSpec({ w: '5 k', g: 'g', h: 'h' });
    const spec: PermutationSpec = {
      ...base,
      params: {
        ...base.params,
        w: {
          axes: [
            {
              kind: 'entries',
              size: 5,
              entries: [
                { group: 'g', index: [3, 0, 1] },
                { group: 'h', index: [4, 2] },
              ],
            },
            { kind: 'group', group: 'k' },
          ],
          optional: false,
        },
      },
    };
    for (let seed = 1; seed <= 5; seed++) {
      const make = (s: number): Params => ({
        w: tf.randomNormal([5, 2], 0, 1, 'float32', s),
        g: tf.randomNormal([3], 0, 1, 'float32', s + 1),
        h: tf.randomNormal([2], 0, 1, 'float32', s + 2),
      });
      const pair = await preparedPair(spec, make(seed), make(seed + 20));
      const { bound } = await startOf(pair);
      for (const each of allPermutations(pair.groups)) {
        expect(await pair.objective(each)).toBeLessThanOrEqual(bound + 1e-4);
      }
    }
  });
});
