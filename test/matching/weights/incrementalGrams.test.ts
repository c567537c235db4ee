import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import {
  identityPermutations,
  permutationSpec,
  permute,
  randomPermutation,
  randomPermutations,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { backendProducts } from '../../../src/matching/products/backendProducts';
import { packedProducts } from '../../../src/matching/products/packedProducts';
import type { Products } from '../../../src/matching/products/products';
import { tensorNorms } from '../../../src/matching/products/tensorNorms';
import { tensorWeights } from '../../../src/matching/products/tensorWeights';
import { plainGrams } from '../../../src/matching/weights/grams';
import { incrementalGrams } from '../../../src/matching/weights/incrementalGrams';
import { cosineTerms, linearTerms } from '../../../src/matching/weights/similarityKernel';
import { resolveSpec } from '../../../src/symmetry/resolveSpec';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';
import { type GroupName, randomProblem as problem, sizes } from '../../support/randomProblem';

await useBackend('cpu');

describe('the incremental matcher gives what the plain loop gives', () => {
  it('permutations and objective, over random specs, orders, kernels and seeds', async () => {
    await fc.assert(
      fc.asyncProperty(problem, async ({ spec, make, seed, order, noise, kernel, engine }) => {
        const a = make(seed);
        const other = make(seed + 1);
        // Independent networks, or a noisy copy that starts a few moves away from its place.
        const b =
          noise === null
            ? other
            : tf.tidy(() => {
                const moved = permute(spec, a, randomPermutations(spec, a, { seed }));
                return Object.fromEntries(
                  Object.keys(a).map((name) => [
                    name,
                    tf.add(moved[name], tf.mul(other[name], noise)),
                  ]),
                );
              });
        const match = (incremental: boolean) =>
          weightMatch(spec, a, b, { order, seed, kernel, engine, incremental });
        const [plain, incremental] = [await match(false), await match(true)];
        expect(incremental.permutations).toEqual(plain.permutations);
        expect(incremental.objective).toBe(plain.objective);
        expect(incremental.sweeps).toBe(plain.sweeps);
        expect(incremental.history.length).toBe(plain.history.length);
        for (const group of Object.keys(plain.similarity)) {
          plain.similarity[group].forEach((value, i) => {
            // Sums of float32 products in another order.
            const tolerance = 3e-6 * Math.abs(value) + 1e-4;
            expect(Math.abs(incremental.similarity[group][i] - value)).toBeLessThan(tolerance);
          });
        }
        tf.dispose([a, b, other]);
      }),
      { numRuns: Number(process.env.FUZZ ?? 60) },
    );
  });

  it('the grams themselves, after any sequence of moves, small and large', async () => {
    await fc.assert(
      fc.asyncProperty(
        problem,
        fc.array(fc.tuple(fc.constantFrom<GroupName>('g', 'h', 'k'), fc.nat(7), fc.nat(7)), {
          maxLength: 25,
        }),
        async ({ spec, make, seed, kernel, engine }, moves) => {
          const [a, b] = [make(seed), make(seed + 1)];
          const { places } = resolveSpec(spec, a);
          const names = Object.keys(a);
          const terms =
            kernel === 'linear'
              ? linearTerms(names, places)
              : await cosineTerms(names, places, tensorNorms(a, b));
          // The plain ones always on the backend: the engines are each other's oracles.
          const products = (name: typeof engine): Products<unknown> =>
            name === 'packed'
              ? packedProducts(tensorWeights(a, b, names), terms)
              : backendProducts(a, b, terms);
          const [plain, incremental] = [
            plainGrams(products('backend')),
            incrementalGrams(products(engine), Object.keys(sizes)),
          ];
          const permutations = identityPermutations(spec, a);
          for (const [group, from, to] of [['g', 0, 0] as const, ...moves]) {
            const n = sizes[group];
            const swapped = permutations[group].slice();
            [swapped[from % n], swapped[to % n]] = [swapped[to % n], swapped[from % n]];
            permutations[group] = from === 7 ? randomPermutation(n, { seed: to }) : swapped;
            for (const name of Object.keys(sizes)) {
              const [wanted, found] = [
                await plain.gram(name, permutations),
                await incremental.gram(name, permutations),
              ];
              wanted.forEach((value, i) => {
                expect(Math.abs(found[i] - value)).toBeLessThan(1e-3);
              });
              expect(incremental.unchanged(name, permutations)).toBe(true);
            }
          }
          incremental.dispose();
          tf.dispose([a, b]);
        },
      ),
      { numRuns: Number(process.env.FUZZ ?? 30) },
    );
  });
});

describe('incrementalGrams', () => {
  const spec = permutationSpec({ in: '_ g', mid: 'g h', out: 'h _' });
  const params = (seed: number) => ({
    in: tf.randomNormal([4, 5], 0, 1, 'float32', seed),
    mid: tf.randomNormal([5, 8], 0, 1, 'float32', seed + 1),
    out: tf.randomNormal([8, 4], 0, 1, 'float32', seed + 2),
  });
  const setUp = () => {
    const [a, b] = [params(1), params(7)];
    const { places } = resolveSpec(spec, a);
    const products = backendProducts(a, b, linearTerms(Object.keys(a), places));
    return { products, permutations: identityPermutations(spec, a) };
  };

  it('knows when a gram cannot have changed: its neighbours are where they were', async () => {
    const { products, permutations } = setUp();
    const grams = incrementalGrams(products, ['g', 'h']);
    expect(grams.unchanged('g', permutations)).toBe(false);
    await grams.gram('g', permutations);
    expect(grams.unchanged('g', permutations)).toBe(true);
    const moved = (group: string) => ({
      ...permutations,
      [group]: permutations[group].slice().reverse(),
    });
    expect(grams.unchanged('g', moved('g'))).toBe(true); // its own order does not enter its gram
    expect(grams.unchanged('g', moved('h'))).toBe(false);
    grams.dispose();
  });

  it('takes a permutation by its values: an equal one is no move, in a restart or on the way back', async () => {
    const { products, permutations } = setUp();
    const grams = incrementalGrams(products, ['g', 'h']);
    const before = (await grams.gram('g', permutations)).slice();
    const equal = { ...permutations, h: permutations.h.slice() };
    expect(grams.unchanged('g', equal)).toBe(true);
    expect(await grams.gram('g', equal)).toEqual(before);
    grams.dispose();
    // A group of one unit has an equal permutation in every restart.
    const narrow = permutationSpec({ in: '_ one', mid: 'one g', out: 'g _' });
    const params = (seed: number) => ({
      in: tf.randomNormal([3, 1], 0, 1, 'float32', seed),
      mid: tf.randomNormal([1, 6], 0, 1, 'float32', seed + 1),
      out: tf.randomNormal([6, 3], 0, 1, 'float32', seed + 2),
    });
    const [a, b] = [params(1), params(5)];
    const match = (incremental: boolean) => weightMatch(narrow, a, b, { restarts: 4, incremental });
    const [found, wanted] = [await match(true), await match(false)];
    expect(found.permutations).toEqual(wanted.permutations);
    expect(found.objective).toBe(wanted.objective);
    expect(found.sweeps).toBe(wanted.sweeps);
  });

  it('corrects after a small move, computes after a large one, and forgets corrections when told', async () => {
    const { products, permutations } = setUp();
    const grams = incrementalGrams(products, ['g', 'h']);
    await grams.gram('g', permutations);
    await grams.gram('g', { ...permutations, h: permutations.h.slice().reverse() });
    expect(grams.refresh()).toEqual([]); // all units of h moved: computed anew
    await grams.gram('g', { ...permutations, h: Int32Array.of(7, 6, 5, 4, 3, 2, 0, 1) });
    expect(grams.refresh()).toEqual(['g']); // two units moved: corrected
    expect(grams.refresh()).toEqual([]);
    grams.dispose();
  });

  it('keeps no more bytes than the two networks have, and disposes what it keeps', async () => {
    const { products, permutations } = setUp();
    await expectNoLeak(async () => {
      const grams = incrementalGrams(products, ['g', 'h']);
      const before = tf.memory().numBytes;
      for (const group of ['g', 'h']) await grams.gram(group, permutations);
      const networks = 2 * 4 * (4 * 5 + 5 * 8 + 8 * 4);
      expect(tf.memory().numBytes - before).toBeGreaterThan(0);
      expect(tf.memory().numBytes - before).toBeLessThanOrEqual(networks);
      grams.dispose();
    });
    // A bias of 40 units has a gram of 6400 bytes, and the networks only 320: it is not kept.
    const b = { bias: tf.zeros([40]) };
    const wide = permutationSpec({ bias: 'g' });
    const terms = linearTerms(['bias'], resolveSpec(wide, b).places);
    await expectNoLeak(async () => {
      const grams = incrementalGrams(backendProducts(b, b, terms), ['g']);
      const before = tf.memory().numBytes;
      await grams.gram('g', identityPermutations(wide, b));
      expect(tf.memory().numBytes).toBe(before);
    });
  });
});
