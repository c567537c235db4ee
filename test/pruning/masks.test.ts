import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import {
  applyMask,
  density,
  InvalidInputError,
  magnitudeMask,
  maskAnd,
  maskOr,
  maskOverlap,
  type Params,
  permutationSpec,
  permute,
  randomMask,
  randomPermutations,
  transportMask,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import { randomParams, testNetworks } from '../support/networks';
import { readAndDispose, rows, valuesOf } from './masks';

await useBackend('cpu');

const bits = fc.array(fc.constantFrom(0, 1), { minLength: 6, maxLength: 6 });
const maskRows = fc.record({ k1: bits, k2: bits });

/** Runs work twice over: on good input it keeps `kept` tensors, and none of the inputs is disposed. */
async function expectOwned(work: () => Params | Promise<Params>, kept: number, inputs: Params[]) {
  const made = await expectNoLeak(work, kept);
  if (made instanceof Error) throw made;
  tf.dispose(made);
  for (const tensor of inputs.flatMap(Object.values)) expect(tensor.isDisposed).toBe(false);
}

describe('applyMask', () => {
  it('is θ ⊙ m; integers stay', async () => {
    const params = { ...rows({ k: [2, -3, 4] }), n: tf.scalar(5, 'int32') };
    const mask = { ...rows({ k: [1, 0, 1] }), n: tf.scalar(1) };
    expect(await readAndDispose(applyMask(params, mask))).toEqual({ k: [2, -0, 4], n: [5] });
    await expectOwned(() => applyMask(params, mask), 2, [params, mask]);
  });

  it('lets gradients through where weights are kept', async () => {
    // d/dw Σ (m·w)² = 2·m·w
    await import('@tensorflow/tfjs-layers'); // registers tfjs's gradients
    const mask = rows({ k: [1, 0, 1] });
    const loss = (k: tf.Tensor) => tf.sum(tf.square(applyMask({ k }, mask).k)) as tf.Scalar;
    const gradient = tf.grad(loss)(tf.tensor2d([[2, 3, 4]]));
    expect(Array.from(await gradient.data())).toEqual([4, 0, 8]);
  });

  it.each<[string, Params, RegExp]>([
    ['shapes', rows({ k: [1, 0] }), /applyMask: parameter 'k' differs on axis 1/],
    ['names', rows({ l: [1, 0, 1] }), /mask lacks parameter 'k', which params has/],
    ['dtypes', { k: tf.ones([1, 3], 'int32') }, /parameter 'k' of mask is int32/],
  ])('refuses masks of other %s', async (_, mask, message) => {
    const error = await expectNoLeak(() => applyMask(rowsOf3, mask));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
  });
  const rowsOf3 = rows({ k: [1, 2, 3] });
});

describe('density', () => {
  it('counts what is prunable, in total and by parameter, as plain data', async () => {
    // 1 of 4 and 2 of 2: 3 of 6; the bias does not count.
    const mask = { ...rows({ k1: [0, 1, 0, 0], k2: [1, 1] }), bias: tf.ones([7]) };
    const report = await density(mask);
    expect(report).toEqual({
      weights: 6,
      kept: 3,
      density: 0.5,
      parameters: {
        k1: { weights: 4, kept: 1, density: 0.25 },
        k2: { weights: 2, kept: 2, density: 1 },
      },
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect((await density(mask, { prunable: () => true })).density).toBe(10 / 13);
    await expectNoLeak(() => density(mask));
  });

  it('is what was asked of magnitudeMask', async () => {
    for (const network of testNetworks) {
      const params = randomParams(network, 3);
      const mask = await magnitudeMask(params, { sparsity: 0.8 });
      const { weights, kept } = await density(mask);
      expect(kept).toBe(weights - Math.round(0.8 * weights));
    }
  });

  it('of no weights is 1', async () => {
    expect((await density({ k: tf.zeros([0, 2]) })).density).toBe(1);
  });
});

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

describe('randomMask', () => {
  it('prunes as many weights of every parameter, elsewhere; the same for the same seed', async () => {
    const mask = rows({ k1: [0, 0, 0, 1, 1, 1, 1, 1], k2: [1, 1], k3: [0, 0] });
    const draw = (seed?: number) => readAndDispose(randomMask(mask, { seed }));
    const counts = (masks: Record<string, number[]>) =>
      Object.values(masks).map((row) => row.filter((m) => m === 0).length);
    const drawn = await Promise.all([0, 1, 2, 3, 4].map(draw));
    for (const each of drawn) expect(counts(each)).toEqual([3, 0, 2]);
    expect(new Set(drawn.map(({ k1 }) => k1.join())).size).toBeGreaterThan(2);
    expect(await draw(3)).toEqual(drawn[3]);
    expect(await draw()).toEqual(drawn[0]);
    await expectOwned(() => randomMask(mask), 3, [mask]);
  });

  it('every choice is as likely: 6 ways to prune 2 of 4', async () => {
    const mask = rows({ k: [0, 0, 1, 1] });
    const tally = new Map<string, number>();
    for (let seed = 0; seed < 1200; seed++) {
      const { k } = await readAndDispose(randomMask(mask, { seed }));
      tally.set(k.join(), (tally.get(k.join()) ?? 0) + 1);
    }
    // Expected 200 each; χ² with 5 degrees of freedom is below 20.5 with probability 0.999.
    expect(tally.size).toBe(6);
    const chi = [...tally.values()].reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    expect(chi).toBeLessThan(20.5);
  });

  it('refuses a seed that is no integer', async () => {
    await expect(randomMask(rows({ k: [1] }), { seed: 0.5 })).rejects.toThrow(
      /randomMask: seed must be an integer/,
    );
  });
});

describe('transportMask', () => {
  it.each(testNetworks)('is permute, and commutes with masking: $name', async (network) => {
    const { spec } = network;
    const b = randomParams(network, 1);
    const p = randomPermutations(spec, b, { seed: 4 });
    const mask = await magnitudeMask(b, { sparsity: 0.6 });
    const transported = await transportMask(spec, mask, p);
    await expectSameParams(transported, permute(spec, mask, p));
    await expectSameParams(
      permute(spec, applyMask(b, mask), p),
      applyMask(permute(spec, b, p), transported),
    );
    // The density of every parameter stays.
    expect(await density(transported)).toEqual(await density(mask));
  });

  const spec = permutationSpec({ k: '_ h' });
  const p = { h: Int32Array.of(2, 0, 1) };
  it('unit i of the result is unit p[i] of the mask', async () => {
    const mask = rows({ k: [0, 1, 1] });
    expect(await readAndDispose(transportMask(spec, mask, p))).toEqual({ k: [1, 0, 1] });
    await expectOwned(() => transportMask(spec, mask, p), 1, [mask]);
    expect(await valuesOf(mask)).toEqual({ k: [0, 1, 1] });
  });

  it('refuses what fits neither the spec nor the permutations', async () => {
    const [other, two, three] = [rows({ l: [1] }), rows({ k: [1, 1] }), rows({ k: [1, 1, 1] })];
    for (const [work, message] of [
      [() => transportMask(spec, other, p), /^transportMask: .*'[kl]'/],
      [() => transportMask(spec, two, p), /has 3 units, but the group has 2/],
      [() => transportMask(spec, three, {}), /no permutation of group 'h'/],
    ] as const) {
      const error = await expectNoLeak(work);
      expect((error as Error).message).toMatch(message);
    }
  });
});

describe('every function that reads a mask refuses what is none, and leaks nothing', () => {
  const spec = permutationSpec({ k: '_ h' });
  const p = { h: Int32Array.of(1, 0) };
  const good = rows({ k: [0, 1] });
  const readers: Record<string, (mask: Params) => Promise<unknown>> = {
    density: (mask) => density(mask),
    maskAnd: (mask) => maskAnd(good, mask),
    maskOr: (mask) => maskOr(mask, good),
    maskOverlap: (mask) => maskOverlap(mask, good),
    randomMask: (mask) => randomMask(mask),
    transportMask: (mask) => transportMask(spec, mask, p),
  };
  const disposed = rows({ k: [0, 1] });
  tf.dispose(disposed);
  const masks: [string, Params, RegExp][] = [
    ['other values', rows({ k: [0, 2] }), /parameter 'k' of \w+ holds 2 at flat index 1/],
    ['NaN', rows({ k: [Number.NaN, 1] }), /parameter 'k' of \w+ holds NaN/],
    ['booleans', { k: tf.ones([1, 2], 'bool') }, /'k'.* (?:is|of \w+ is) bool/],
    ['a list', [] as never, /must be params, received an array/],
    ['a disposed tensor', disposed, /parameter 'k' of \w+ is disposed/],
  ];
  for (const [name, work] of Object.entries(readers)) {
    it.each(masks)(`${name}: %s`, async (_, mask, message) => {
      const error = await expectNoLeak(() => work(mask));
      expect(error).toBeInstanceOf(InvalidInputError);
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message.startsWith(`${name}: `)).toBe(true);
    });
  }

  it('and those that count over prunable weights a mask that prunes others', async () => {
    const mask = { ...good, bias: tf.tensor1d([0, 1]) };
    for (const work of [() => density(mask), () => maskOverlap(mask, mask)]) {
      const error = await expectNoLeak<unknown>(work);
      expect((error as Error).message).toMatch(/prunes 1 weight\(s\) of 'bias', which is not prun/);
    }
    await expect(density({ bias: tf.ones([2]) })).rejects.toThrow(
      /none of the parameters \[bias\]/,
    );
    await expect(maskAnd(good, rows({ k: [1] }))).rejects.toThrow(/'k' differs on axis 1/);
  });
});
