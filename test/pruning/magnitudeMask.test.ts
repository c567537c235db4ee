import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import {
  InvalidInputError,
  type MagnitudeMaskOptions,
  magnitudeMask,
  type Params,
  permute,
  randomPermutations,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import { randomParams, testNetworks } from '../support/networks';
import { readAndDispose, rows, valuesOf } from './masks';

await useBackend('cpu');

const maskOf = async (params: Params, options: MagnitudeMaskOptions) =>
  readAndDispose(magnitudeMask(params, options));

describe('magnitudeMask', () => {
  it('prunes the smallest magnitudes of all parameters together', async () => {
    // |w| = 1 4 2 3 | 0.5 6; half of six are three: 0.5, 1 and 2.
    const params = { ...rows({ k1: [1, -4, -2, 3], k2: [0.5, -6] }), bias: tf.tensor1d([0]) };
    expect(await maskOf(params, { sparsity: 0.5 })).toEqual({
      k1: [0, 1, 0, 1],
      k2: [0, 1],
      bias: [1],
    });
  });

  it('or of each parameter by itself', async () => {
    // Two of 1 4 2 3, and one of 0.5 6.
    const params = rows({ k1: [1, -4, -2, 3], k2: [0.5, -6] });
    expect(await maskOf(params, { sparsity: 0.5, scope: 'layer' })).toEqual({
      k1: [0, 1, 0, 1],
      k2: [0, 1],
    });
    // Globally that would be the same; not so where one layer is much smaller in size.
    const uneven = rows({ k1: [1, 2], k2: [10, 20] });
    expect(await maskOf(uneven, { sparsity: 0.5 })).toEqual({ k1: [0, 0], k2: [1, 1] });
    expect(await maskOf(uneven, { sparsity: 0.5, scope: 'layer' })).toEqual({
      k1: [0, 1],
      k2: [0, 1],
    });
  });

  it('rounds to the nearest number of weights, halves up', async () => {
    const params = rows({ k: [1, 2, 3, 4, 5] });
    for (const [sparsity, pruned] of [
      [0, 0],
      [0.09, 0], // 0.45
      [0.1, 1], // 0.5
      [0.49, 2], // 2.45
      [0.5, 3], // 2.5
      [0.99, 5], // 4.95
    ]) {
      const { k } = await maskOf(params, { sparsity });
      expect(k.filter((value) => value === 0)).toHaveLength(pruned);
    }
  });

  it('among equals prunes those that come first, by parameter and then by position', async () => {
    const params = rows({ b: [1, -1, 2], a: [-1, 1, 0] });
    expect(await maskOf(params, { count: 3 })).toEqual({ b: [0, 0, 1], a: [1, 1, 0] });
    expect(await maskOf(params, { count: 4 })).toEqual({ b: [0, 0, 1], a: [0, 1, 0] });
  });

  it('tells zeros, −0 and the smallest floats apart by magnitude only', async () => {
    const tiny = 2 ** -149;
    const params = rows({ k: [tiny, -0, 0, -3.4e38, 2 * tiny] });
    expect(await maskOf(params, { count: 1 })).toEqual({ k: [1, 0, 1, 1, 1] });
    expect(await maskOf(params, { count: 3 })).toEqual({ k: [0, 0, 0, 1, 1] });
    expect(await maskOf(params, { count: 5 })).toEqual({ k: [0, 0, 0, 0, 0] });
  });

  it('what a mask prunes already stays pruned, and counts', async () => {
    const params = rows({ k: [9, 1, 2, 3] });
    const mask = rows({ k: [0, 1, 1, 1] });
    expect(await maskOf(params, { count: 2, mask })).toEqual({ k: [0, 0, 1, 1] });
    expect(await maskOf(params, { sparsity: 0.25, mask })).toEqual({ k: [0, 1, 1, 1] });
    await expect(magnitudeMask(params, { count: 0, mask })).rejects.toThrow(
      /magnitudeMask: 0 of the 4 prunable weights should be pruned, but the mask prunes 1 already/,
    );
  });

  it('shares a count out among layers in proportion to their sizes', async () => {
    const params = rows({ k1: [1, 2, 3, 4, 5, 6], k2: [1, 2, 3], k3: [1] });
    for (const [count, shares] of [
      [1, [1, 0, 0]], // 6/1 is the greatest claim
      [2, [1, 1, 0]], // then 3/1
      [3, [2, 1, 0]], // then 6/3
      [5, [3, 2, 0]], // then 6/5 and, all at 1, … 3/3 before 1/1
      [6, [3, 2, 1]],
      [10, [6, 3, 1]],
    ] as const) {
      const mask = await maskOf(params, { count, scope: 'layer' });
      expect(Object.values(mask).map((row) => row.filter((m) => m === 0).length)).toEqual(shares);
    }
  });

  it('among one large layer and many small ones, too', async () => {
    // 31 of 59. The large layer's claims 50/1, 50/3, … 50/49 are 25 above 1, and 50/51 is below; those of the
    // layers of one weight are 1: six of them get the rest, though 31/59 of 50 weights is more than 26.
    const ones = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`k${i}`, [1]]));
    const params = rows({ large: Array.from({ length: 50 }, (_, i) => i), ...ones });
    const mask = await maskOf(params, { count: 31, scope: 'layer' });
    expect(Object.values(mask).map((row) => row.filter((m) => m === 0).length)).toEqual([
      25, 1, 1, 1, 1, 1, 1, 0, 0, 0,
    ]);
  });

  it('prunes what prunable says', async () => {
    const params = { ...rows({ kernel: [1, 2] }), bias: tf.tensor1d([0, 3]) };
    expect(await maskOf(params, { count: 1 })).toEqual({ kernel: [0, 1], bias: [1, 1] });
    expect(await maskOf(params, { count: 1, prunable: () => true })).toEqual({
      kernel: [1, 1],
      bias: [0, 1],
    });
    expect(await maskOf(params, { count: 2, prunable: (name) => name === 'bias' })).toEqual({
      kernel: [1, 1],
      bias: [0, 0],
    });
  });

  it('is float32 of all shapes, ones for integers; the params stay', async () => {
    const params = { k: tf.tensor2d([[1, 2]]), n: tf.scalar(3, 'int32'), none: tf.zeros([0, 2]) };
    const mask = await expectNoLeak(() => magnitudeMask(params, { sparsity: 0.5 }), 3);
    if (mask instanceof Error) throw mask;
    expect(Object.values(mask).map(({ dtype, shape }) => [dtype, shape])).toEqual([
      ['float32', [1, 2]],
      ['float32', []],
      ['float32', [0, 2]],
    ]);
    expect(await valuesOf(mask)).toEqual({ k: [0, 1], n: [1], none: [] });
    expect(await valuesOf(params)).toEqual({ k: [1, 2], n: [3], none: [] });
    tf.dispose(mask);
  });
});

/** Few distinct magnitudes, so that most thresholds cut through ties. */
const row = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 0, maxLength: 12 });
const network = fc.dictionary(fc.constantFrom('k1', 'k2', 'k3', 'k4'), row, { minKeys: 1 });

/** The slow way: all weights sorted by magnitude, stably, the pruned ones before all others. */
function oracle(
  weights: Record<string, number[]>,
  mask: Record<string, number[]> | null,
  count: number,
): Record<string, number[]> {
  const all = Object.entries(weights).flatMap(([name, values]) =>
    values.map((value, i) => ({
      name,
      i,
      rank: mask && mask[name][i] === 0 ? -1 : Math.abs(value),
    })),
  );
  all.sort((x, y) => x.rank - y.rank);
  const result = Object.fromEntries(
    Object.entries(weights).map(([name, values]) => [name, values.map(() => 1)]),
  );
  for (const { name, i } of all.slice(0, count)) result[name][i] = 0;
  return result;
}

const sizeOf = (weights: Record<string, number[]>) => Object.values(weights).flat().length;

describe('against sorting, on weights with many ties', () => {
  it('global scope, with and without a mask', async () => {
    await fc.assert(
      fc.asyncProperty(
        network,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (weights, x, y) => {
          const params = rows(weights);
          const [first, second] = [x, y]
            .map((z) => Math.round(z * sizeOf(weights)))
            .sort((p, q) => p - q);
          const early = await magnitudeMask(params, { count: first });
          const expected = oracle(weights, null, first);
          expect(await valuesOf(early)).toEqual(expected);
          // Other weights, as after training: what is pruned stays so although it is large.
          const trained = Object.fromEntries(
            Object.entries(weights).map(([name, values]) => [
              name,
              values.map((value, i) => ((value * 7 + i * 5) % 4) - 1),
            ]),
          );
          const later = rows(trained);
          expect(await maskOf(later, { count: second, mask: early })).toEqual(
            oracle(trained, expected, second),
          );
          tf.dispose([params, early, later]);
        },
      ),
    );
  });

  it('layer scope', async () => {
    await fc.assert(
      fc.asyncProperty(
        network,
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        async (weights, sparsity) => {
          const params = rows(weights);
          const expected = Object.entries(weights).map(([name, values]) => [
            name,
            oracle({ [name]: values }, null, Math.round(sparsity * values.length))[name],
          ]);
          expect(await maskOf(params, { sparsity, scope: 'layer' })).toEqual(
            Object.fromEntries(expected),
          );
          tf.dispose(params);
        },
      ),
    );
  });

  it('a count under layer scope comes out exactly, grows in every layer, and is never too much', async () => {
    await fc.assert(
      fc.asyncProperty(network, async (weights) => {
        const params = rows(weights);
        let before = Object.keys(weights).map(() => 0);
        for (let count = 0; count <= sizeOf(weights); count++) {
          const mask = await maskOf(params, { count, scope: 'layer' });
          const shares = Object.values(mask).map((values) => values.filter((m) => m === 0).length);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(count);
          shares.forEach((share, i) => {
            expect(share).toBeGreaterThanOrEqual(before[i]);
          });
          before = shares;
        }
        tf.dispose(params);
      }),
      { numRuns: 30 },
    );
  });

  it('random float32 weights of all sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
          minLength: 1,
          maxLength: 200,
        }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        async (values, sparsity) => {
          const params = rows({ k: values });
          expect(await maskOf(params, { sparsity })).toEqual(
            oracle({ k: values }, null, Math.round(sparsity * values.length)),
          );
          tf.dispose(params);
        },
      ),
    );
  });
});

describe('pruning commutes with permuting where no tie crosses the threshold', () => {
  it.each(testNetworks)('$name', async (network) => {
    const params = randomParams(network, 1);
    const p = randomPermutations(network.spec, params, { seed: 2 });
    const moved = permute(network.spec, params, p);
    for (const scope of ['global', 'layer'] as const) {
      const mask = await magnitudeMask(params, { sparsity: 0.3, scope });
      const movedMask = permute(network.spec, mask, p);
      await expectSameParams(await magnitudeMask(moved, { sparsity: 0.3, scope }), movedMask);
      const more = { sparsity: 0.7, scope };
      await expectSameParams(
        await magnitudeMask(moved, { ...more, mask: movedMask }),
        permute(network.spec, await magnitudeMask(params, { ...more, mask }), p),
      );
    }
  });

  it('with ties positions decide, the same way every time', async () => {
    const { spec } = testNetworks[0];
    const params = randomParams(testNetworks[0], 1);
    const ties = tf.tidy(() =>
      Object.fromEntries(Object.entries(params).map(([name, x]) => [name, tf.sign(x)])),
    );
    const p = randomPermutations(spec, ties, { seed: 2 });
    const moved = permute(spec, ties, p);
    const mask = await magnitudeMask(ties, { sparsity: 0.5 });
    await expectSameParams(await magnitudeMask(ties, { sparsity: 0.5 }), mask);
    // All magnitudes are 1: the first half of the weights is pruned, whichever units they belong to.
    await expectSameParams(await magnitudeMask(moved, { sparsity: 0.5 }), mask);
  });
});

describe('magnitudeMask refuses', () => {
  const params = rows({ k: [1, 2, 3, 4] });
  const withNaN = rows({ k: [1, Number.NaN] });
  it.each<[string, Params, MagnitudeMaskOptions, RegExp]>([
    ['sparsity 1', params, { sparsity: 1 }, /sparsity must be in \[0, 1\), received 1/],
    ['a negative sparsity', params, { sparsity: -0.1 }, /received -0\.1/],
    ['sparsity NaN', params, { sparsity: Number.NaN }, /received NaN/],
    ['no amount', params, {}, /expected either sparsity or count, received neither/],
    ['two amounts', params, { sparsity: 0.5, count: 2 }, /received both/],
    ['half a weight', params, { count: 1.5 }, /count must be an integer ≥ 0, received 1\.5/],
    ['a negative count', params, { count: -1 }, /received -1/],
    ['more than there is', params, { count: 5 }, /count is 5, but there are 4 prunable weights/],
    [
      'another scope',
      params,
      { count: 1, scope: 'all' as 'layer' },
      /scope must be 'global' or 'layer', received all/,
    ],
    [
      'nothing to prune',
      { b: tf.zeros([3]) },
      { count: 1 },
      /none of the parameters \[b\] is prunable/,
    ],
    ['a filter of nothing', params, { count: 1, prunable: () => false }, /none of the parameters/],
    [
      'no filter',
      params,
      { count: 1, prunable: /k/ as never },
      /prunable must be a function, received RegExp/,
    ],
    [
      'integers',
      { n: tf.ones([2, 2], 'int32') },
      { count: 1, prunable: () => true },
      /parameter 'n' is int32, and only float32 is pruned/,
    ],
    ['NaN', withNaN, { count: 1 }, /parameter 'k' holds NaN at flat index 1 of shape \[1,2\]/],
    ['Infinity', rows({ k: [Number.NEGATIVE_INFINITY] }), { count: 0 }, /holds -Infinity/],
    ['a tensor', tf.ones([2, 2]) as never, { count: 1 }, /params must be params, received Tensor/],
    ['numbers', { k: 3 as never }, { count: 1 }, /parameter 'k' must be a tensor, received a number/],
    [
      'a mask of another shape',
      params,
      { count: 1, mask: rows({ k: [1, 1] }) },
      /parameter 'k' differs on axis 1: shape \[1,4\] in params, \[1,2\] in mask/,
    ],
    [
      'a mask of other names',
      params,
      { count: 1, mask: rows({ l: [1, 1, 1, 1] }) },
      /mask lacks parameter 'k'/,
    ],
    [
      'a mask of booleans',
      params,
      { count: 1, mask: { k: tf.ones([1, 4], 'bool') } },
      /parameter 'k' of mask is bool, but masks are float32/,
    ],
    [
      'a mask of halves',
      params,
      { count: 1, mask: rows({ k: [1, 1, 0.5, 1] }) },
      /parameter 'k' of mask holds 0\.5 at flat index 2/,
    ],
    [
      'a mask that prunes less',
      params,
      { count: 1, mask: rows({ k: [0, 0, 1, 1] }) },
      /the mask prunes 2 already/,
    ],
    [
      'a mask that prunes too much of a layer',
      rows({ k: [1, 2], l: [3, 4] }),
      { sparsity: 0.5, scope: 'layer', mask: rows({ k: [0, 0], l: [1, 1] }) },
      /1 of the 2 prunable weights of 'k' should be pruned, but the mask prunes 2/,
    ],
    [
      'a mask that prunes biases',
      { ...params, b: tf.ones([2]) },
      { count: 1, mask: { ...rows({ k: [1, 1, 1, 1] }), b: tf.tensor1d([0, 1]) } },
      /the mask prunes 1 weight\(s\) of 'b', which is not prunable/,
    ],
  ])('%s, and leaks nothing', async (_, network, options, message) => {
    const error = await expectNoLeak(() => magnitudeMask(network, options));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(/^magnitudeMask: /);
    expect((error as Error).message).toMatch(message);
  });

  it('an aborted signal, and leaks nothing', async () => {
    const signal = AbortSignal.abort();
    const error = await expectNoLeak(() => magnitudeMask(params, { count: 1, signal }));
    expect((error as Error).name).toBe('AbortError');
  });

  it('a disposed tensor', async () => {
    const gone = rows({ k: [1, 2] });
    tf.dispose(gone);
    await expect(magnitudeMask(gone, { count: 1 })).rejects.toThrow(/parameter 'k' is disposed/);
  });
});
