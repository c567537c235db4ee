import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import {
  identityPermutations,
  type Params,
  type Permutations,
  permutationSpec,
  randomPermutation,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { backendProducts } from '../../../../src/matching/products/backendProducts';
import { packedProducts } from '../../../../src/matching/products/packedProducts';
import type { Products } from '../../../../src/matching/products/products';
import { tensorWeights } from '../../../../src/matching/products/tensorWeights';
import { familyOf } from '../../../../src/matching/weights/family';
import { plainGrams } from '../../../../src/matching/weights/grams';
import { incrementalGrams } from '../../../../src/matching/weights/incrementalGrams';
import { settledGroups } from '../../../../src/matching/weights/settledGroups';
import { linearTerms } from '../../../../src/matching/weights/similarityKernel';
import { resolveSpec } from '../../../../src/symmetry/resolveSpec';
import { useBackend } from '../../../support/backend';
import { expectNoLeak } from '../../../support/invariants';

await useBackend('cpu');

const spec = permutationSpec({
  in: '_ g',
  mid: 'g h',
  skip: 'g h',
  next: 'h k',
  out: 'k _',
  bias: 'k',
});
const sizes = { g: 9, h: 8, k: 7 };
const names = ['g', 'h', 'k'] as const;
const make = (seed: number): Params => ({
  in: tf.randomNormal([3, 9], 0, 1, 'float32', seed),
  mid: tf.randomNormal([9, 8], 0, 1, 'float32', seed + 1),
  skip: tf.randomNormal([9, 8], 0, 1, 'float32', seed + 2),
  next: tf.randomNormal([8, 7], 0, 1, 'float32', seed + 3),
  out: tf.randomNormal([7, 2], 0, 1, 'float32', seed + 4),
  bias: tf.randomNormal([7], 0, 1, 'float32', seed + 5),
});
const [a, b] = [make(1), make(20)];
const { places, groups } = resolveSpec(spec, a);
const terms = linearTerms(Object.keys(a), places);
const engines = {
  packed: (): Products<unknown> => packedProducts(tensorWeights(a, b, Object.keys(a)), terms),
  backend: (): Products<unknown> => backendProducts(a, b, terms),
};

/** Swaps of two units, or (at 6) a permutation of all, of one group each. */
const moves = fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(6), fc.nat(6)), {
  minLength: 1,
  maxLength: 6,
});

function moved(permutations: Permutations, [group, i, k]: [keyof typeof sizes, number, number]) {
  const own = i === 6 ? randomPermutation(sizes[group], { seed: k }) : permutations[group].slice();
  if (i !== 6) [own[i], own[k]] = [own[k], own[i]];
  return { ...permutations, [group]: own };
}

/** A copy of the gram of every group. */
async function allGrams(grams: ReturnType<typeof plainGrams>, permutations: Permutations) {
  const found: Float32Array[] = [];
  for (const name of names) found.push((await grams.gram(name, permutations)).slice());
  return found;
}

function expectClose(found: readonly Float32Array[], wanted: readonly Float32Array[]): void {
  found.forEach((gram, at) => {
    gram.forEach((value, i) => {
      expect(Math.abs(value - wanted[at][i])).toBeLessThan(1e-3);
    });
  });
}

describe.each(['packed', 'backend'] as const)('a trial of grams, %s', (engine) => {
  const products = engines[engine]();

  it('that is rolled back leaves no trace: every gram is what it was, bit by bit', async () => {
    await fc.assert(
      fc.asyncProperty(moves, moves, moves, async (first, second, third) => {
        await expectNoLeak(async () => {
          const grams = incrementalGrams(products, names);
          let present: Permutations = identityPermutations(spec, a);
          await allGrams(grams, present);
          for (const move of first) {
            present = moved(present, move);
            await allGrams(grams, present);
          }
          const before = await allGrams(grams, present);
          for (const trial of [second, third]) {
            grams.mark();
            let tried = present;
            for (const move of trial) {
              tried = moved(tried, move);
              await allGrams(grams, tried);
            }
            grams.rollback();
            expect(names.map((name) => grams.unchanged(name, present))).toEqual([true, true, true]);
            expect(await allGrams(grams, present)).toEqual(before);
          }
          expectClose(before, await allGrams(plainGrams(products), present));
          grams.dispose();
        });
      }),
      { numRuns: 30 },
    );
  });

  it('without corrections before it goes back to grams as new', async () => {
    await expectNoLeak(async () => {
      const start = identityPermutations(spec, a);
      const grams = incrementalGrams(products, names);
      await allGrams(grams, start);
      grams.mark();
      await allGrams(grams, moved(start, ['h', 0, 1]));
      await allGrams(grams, moved(start, ['k', 6, 1]));
      grams.rollback();
      const fresh = incrementalGrams(products, names);
      expect(await allGrams(grams, start)).toEqual(await allGrams(fresh, start));
      grams.dispose();
      fresh.dispose();
    });
  });

  it('that is committed goes on from where it is', async () => {
    await fc.assert(
      fc.asyncProperty(moves, moves, fc.boolean(), async (first, second, twice) => {
        await expectNoLeak(async () => {
          const grams = incrementalGrams(products, names);
          let present: Permutations = identityPermutations(spec, a);
          await allGrams(grams, present);
          for (const trial of twice ? [first, second] : [second]) {
            grams.mark();
            for (const move of trial) {
              present = moved(present, move);
              await allGrams(grams, present);
            }
            const inTrial = await allGrams(grams, present);
            grams.commit();
            expect(await allGrams(grams, present)).toEqual(inTrial);
          }
          expectClose(
            await allGrams(grams, present),
            await allGrams(plainGrams(products), present),
          );
          grams.dispose();
        });
      }),
      { numRuns: 30 },
    );
  });

  it('that ends with an error, at any product, leaks nothing', async () => {
    // Five of the six parts that change are kept; for the sixth there is no room.
    for (const at of [1, 2, 3, 4, 5]) {
      const failed = await expectNoLeak(async () => {
        let count = Number.POSITIVE_INFINITY;
        const tired = () => {
          if (--count < 0) throw new Error('tired');
        };
        const failing: Products<unknown> = {
          ...products,
          async sum(...args) {
            tired();
            return products.sum(...args);
          },
          async corrected(matrix, ...args) {
            try {
              tired();
            } catch (error) {
              products.dispose(matrix); // It consumes the matrix, also where it throws.
              throw error;
            }
            return products.corrected(matrix, ...args);
          },
        };
        const grams = incrementalGrams(failing, names);
        try {
          const start = identityPermutations(spec, a);
          await allGrams(grams, start);
          grams.mark();
          count = at - 1;
          const swapped = moved(start, ['h', 0, 1]);
          await allGrams(grams, swapped);
          await allGrams(grams, moved(moved(swapped, ['k', 2, 3]), ['g', 6, 2]));
        } finally {
          grams.dispose();
        }
      });
      expect(failed).toEqual(new Error('tired'));
    }
  });

  it('holds no more than twice what is kept, and disposes it', async () => {
    await expectNoLeak(async () => {
      const grams = incrementalGrams(products, names);
      const start = identityPermutations(spec, a);
      await allGrams(grams, start);
      const kept = tf.memory().numTensors;
      grams.mark();
      for (let seed = 0; seed < 5; seed++) {
        await allGrams(grams, moved(moved(start, ['h', 6, seed]), ['g', 0, seed]));
      }
      expect(tf.memory().numTensors - kept).toBeLessThanOrEqual(kept);
      grams.rollback();
      expect(tf.memory().numTensors).toBe(kept);
      grams.mark();
      await allGrams(grams, moved(start, ['h', 6, 1]));
      grams.commit();
      expect(tf.memory().numTensors).toBe(kept);
      grams.dispose();
    });
  });
});

describe('a trial of settled groups', () => {
  it('that is taken back settles what was settled before, and nothing else', async () => {
    const grams = incrementalGrams(engines.packed(), names);
    const families = new Map(groups.map(({ name }) => [name, familyOf(groups, name)]));
    const settled = settledGroups(grams, families);
    const start = identityPermutations(spec, a);
    const present = () => names.map((name) => settled.has(name, start));
    await allGrams(grams, start);
    settled.add(['g', 'h'], start);
    expect(present()).toEqual([true, true, false]);
    const restore = settled.mark();
    grams.mark();
    const tried = moved(start, ['h', 0, 1]);
    await allGrams(grams, tried);
    settled.remove(['g']);
    settled.add(['h', 'k'], tried);
    expect(names.map((name) => settled.has(name, tried))).toEqual([false, true, true]);
    grams.rollback();
    restore();
    expect(present()).toEqual([true, true, false]);
    // A record can be brought back more than once.
    settled.remove(['h']);
    expect(present()).toEqual([true, false, false]);
    restore();
    expect(present()).toEqual([true, true, false]);
    grams.dispose();
  });
});
