import * as tf from '@tensorflow/tfjs-core';
import {
  permutationEntropy,
  permutationSpec,
  permute,
  randomPermutations,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { attention } from '../../support/fibredNetworks';
import { expectNoLeak } from '../../support/invariants';
import { randomParams, testNetworks } from '../../support/networks';

await useBackend('cpu');

const spec = permutationSpec({ w: 'h _' });

/** The entropy of group h where the gram is G = A Bᵀ: A = I and B = Gᵀ. */
async function ofGram(gram: number[][], temperatures?: number[]) {
  const a = { w: tf.eye(gram.length) };
  const b = { w: tf.transpose(tf.tensor2d(gram)) };
  return (await permutationEntropy(spec, a, b, temperatures && { temperatures })).groups.h;
}

function noise(n: number, seed: number): number[][] {
  return tf.randomNormal([n, n], 0, 1, 'float32', seed).arraySync() as number[][];
}

const identity = (n: number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));

describe('permutationEntropy', () => {
  // Less the means, G = I has ½ and −½: σ = ½. P_00 = 1/(1 + exp(−1/τσ)) = .8808 at τ = 1, and
  // H = −(.8808 log .8808 + .1192 log .1192) / log 2 = .5270.
  it('is the entropy of the logistic function for two units', async () => {
    const { scale, entropy, units } = await ofGram(identity(2), [1]);
    expect([units, scale]).toEqual([2, 0.5]);
    const p = 1 / (1 + Math.exp(-2));
    const expected = -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p));
    expect(expected).toBeCloseTo(0.527, 3);
    expect(entropy[0]).toBeCloseTo(expected, 4);
  });

  it('goes from 0 where one assignment is the best to 1 where all pairs are alike', async () => {
    const { entropy } = await ofGram(noise(12, 1), [0.003, 0.1, 1, 10, 1000]);
    expect(entropy[0]).toBeLessThan(0.01);
    expect(entropy[4]).toBeGreaterThan(0.999);
    for (let at = 1; at < 5; at++) expect(entropy[at]).toBeGreaterThan(entropy[at - 1]);
  });

  // Units 0 and 1 of B are the same: two rows of entropy log 2 among four.
  it('is 2 log 2 / (n log n) where two units can be exchanged', async () => {
    const gram = [
      [3, 3, 0, 0],
      [3, 3, 0, 0],
      [0, 0, 3, 0],
      [0, 0, 0, 3],
    ];
    const { entropy, halfTemperature } = await ofGram(gram, [0.05, 100]);
    expect(entropy[0]).toBeCloseTo((2 * Math.log(2)) / (4 * Math.log(4)), 6);
    expect(halfTemperature).toBeGreaterThan(0.05);
  });

  it('does not depend on the scale, nor on what is added to rows and columns', async () => {
    const gram = noise(6, 2);
    const shifted = gram.map((row, i) => row.map((x, j) => 100 * (x + i - 3 * j)));
    const [one, other] = [await ofGram(gram), await ofGram(shifted)];
    expect(other.scale).toBeCloseTo(100 * one.scale, 2);
    for (const [at, value] of one.entropy.entries()) {
      expect(other.entropy[at]).toBeCloseTo(value, 3);
    }
  });

  it('is lower, and half only at a higher temperature, for a clear partner than for noise', async () => {
    const n = 16;
    const plain = noise(n, 3);
    const clear = plain.map((row, i) => row.map((x, j) => (i === j ? 8 : x)));
    const [determined, undetermined] = [await ofGram(clear), await ofGram(plain)];
    expect(determined.halfTemperature!).toBeGreaterThan(1.5 * undetermined.halfTemperature!);
  });

  it('is 1 for a gram of zeros, and 0 for one unit', async () => {
    const zeros = await ofGram(
      [
        [0, 0],
        [0, 0],
      ],
      [0.1, 1],
    );
    expect(zeros).toMatchObject({ scale: 0, entropy: [1, 1], halfTemperature: null });
    expect(await ofGram([[3]], [1])).toMatchObject({ entropy: [0], halfTemperature: null });
  });

  it('gives the temperature of ½ on a straight line in log τ', async () => {
    const { entropy, halfTemperature } = await ofGram(noise(8, 4), [0.25, 1, 4]);
    const after = entropy.findIndex((value) => value >= 0.5);
    expect(after).toBeGreaterThan(0);
    const share = (0.5 - entropy[after - 1]) / (entropy[after] - entropy[after - 1]);
    expect(Math.log2(halfTemperature!)).toBeCloseTo(2 * (after - 2 + share), 6);
  });

  it('does not change when B is permuted and the permutations undo it, heads included', async () => {
    for (const { spec, ...network } of [testNetworks[2], attention]) {
      const [a, b] = [1, 2].map((seed) => randomParams({ ...network, spec }, seed));
      const { permutations } = await weightMatch(spec, a, b);
      const direct = await permutationEntropy(spec, a, permute(spec, b, permutations));
      const undone = await permutationEntropy(spec, a, b, { permutations });
      for (const [name, { entropy }] of Object.entries(direct.groups)) {
        for (const [at, value] of entropy.entries()) {
          expect(undone.groups[name].entropy[at]).toBeCloseTo(value, 3);
        }
      }
    }
  });

  // Two heads of two units, G00 = 10 I, G01 = [[0,3],[2,0]], G10 = [[4,0],[0,0]], G11 = 10 I: the heads are worth
  // [[20,5],[4,20]], and inside head 0 the order is worth [[10,0],[0,10]].
  it('adds the best order inside to the value of a pair of heads', async () => {
    const heads = permutationSpec({ w: '(h d[h]) _' }, { sizes: { h: 2 } });
    const gram = [
      [10, 0, 0, 3],
      [0, 10, 2, 0],
      [4, 0, 10, 0],
      [0, 0, 0, 10],
    ];
    const { groups } = await permutationEntropy(
      heads,
      { w: tf.eye(4) },
      {
        w: tf.transpose(tf.tensor2d(gram)),
      },
    );
    // Centred: ±(20 + 20 − 5 − 4)/4 and ±5.
    expect(groups.h.scale).toBeCloseTo(31 / 4, 5);
    expect(groups.d.scale).toBeCloseTo(5, 5);
    expect(groups.d.entropy[5]).toBeCloseTo((await ofGram(identity(2), [1])).entropy[0], 3);
  });

  it('leaves no tensor, also on error and abort, and refuses what is out of range', async () => {
    const [a, b] = [1, 2].map((seed) => randomParams(testNetworks[0], seed));
    const own = testNetworks[0].spec;
    await expectNoLeak(() => permutationEntropy(own, a, b));
    const signal = AbortSignal.abort();
    expect(await expectNoLeak(() => permutationEntropy(own, a, b, { signal }))).toMatchObject({
      name: 'AbortError',
    });
    for (const temperatures of [[], [0, 1], [1, 1], [2, 1], [1, Infinity], [Number.NaN], 'hot']) {
      const error = await expectNoLeak(() =>
        permutationEntropy(own, a, b, { temperatures: temperatures as never }),
      );
      expect(String(error)).toMatch(/permutationEntropy: temperatures must be a list of finite/);
    }
    const permutations = { ...randomPermutations(own, a, { seed: 1 }), h1: Int32Array.of(0) };
    await expect(permutationEntropy(own, a, b, { permutations })).rejects.toThrow(/'h1' has/);
    const broken = { ...b, [Object.keys(b)[0]]: tf.fill(b[Object.keys(b)[0]].shape, Number.NaN) };
    await expect(permutationEntropy(own, a, broken)).rejects.toThrow(/of b holds NaN/);
  });

  it('reports each group', async () => {
    const [a, b] = [1, 2].map((seed) => randomParams(testNetworks[0], seed));
    const seen: unknown[] = [];
    const { groups } = await permutationEntropy(testNetworks[0].spec, a, b, {
      onProgress: (progress) => seen.push(progress),
    });
    const names = Object.keys(groups);
    expect(seen).toEqual(names.map((group, at) => ({ done: at + 1, total: names.length, group })));
  });
});
