import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { density, maskAnd, maskOr, maskOverlap } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import { expectOwned, readAndDispose, rows } from './masks';

await useBackend('cpu');

const bits = fc.array(fc.constantFrom(0, 1), { minLength: 6, maxLength: 6 });
const maskRows = fc.record({ k1: bits, k2: bits });

describe('maskAnd, maskOr and maskOverlap', () => {
  it('are intersection, union and their ratio of what is kept', async () => {
    const [a, b] = [rows({ k: [0, 0, 1, 1, 1] }), rows({ k: [0, 1, 0, 1, 1] })];
    expect(await readAndDispose(maskAnd(a, b))).toEqual({ k: [0, 0, 0, 1, 1] });
    expect(await readAndDispose(maskOr(a, b))).toEqual({ k: [0, 1, 1, 1, 1] });
    const counts = { weights: 5, intersection: 2, union: 4, jaccard: 0.5 };
    expect(await maskOverlap(a, b)).toEqual({ ...counts, parameters: { k: counts } });
    await expectOwned(() => maskAnd(a, b), 1, [a, b]);
    await expectOwned(() => maskOr(a, b), 1, [a, b]);
    await expectNoLeak(() => maskOverlap(a, b));
  });

  it('the total counts weights, not parameters; two empty masks overlap wholly', async () => {
    const a = { ...rows({ k: [1, 1, 1], l: [0] }), bias: tf.ones([9]) };
    const b = { ...rows({ k: [1, 0, 0], l: [0] }), bias: tf.ones([9]) };
    expect(await maskOverlap(a, b)).toEqual({
      ...{ weights: 4, intersection: 1, union: 3, jaccard: 1 / 3 },
      parameters: {
        k: { weights: 3, intersection: 1, union: 3, jaccard: 1 / 3 },
        l: { weights: 1, intersection: 0, union: 0, jaccard: 1 },
      },
    });
  });

  it('obey the laws of sets', async () => {
    await fc.assert(
      fc.asyncProperty(maskRows, maskRows, async (x, y) => {
        const [a, b] = [rows(x), rows(y)];
        await expectSameParams(await maskAnd(a, b), await maskAnd(b, a));
        await expectSameParams(await maskOr(a, await maskAnd(a, b)), a);
        await expectSameParams(await maskAnd(a, await maskOr(a, b)), a);
        const { weights, intersection, union } = await maskOverlap(a, b);
        const [inA, inB] = [(await density(a)).kept, (await density(b)).kept];
        expect(intersection + union).toBe(inA + inB); // |A ∩ B| + |A ∪ B| = |A| + |B|
        expect((await density(await maskAnd(a, b))).kept).toBe(intersection);
        expect((await density(await maskOr(a, b))).kept).toBe(union);
        expect(weights).toBe(12);
        expect((await maskOverlap(a, a)).jaccard).toBe(1);
      }),
      { numRuns: 50 },
    );
  });
});
