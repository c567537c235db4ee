import * as tf from '@tensorflow/tfjs-core';
import {
  average,
  classificationEvaluator,
  estimateBatchNorm,
  interpolate,
  type Params,
  permutationSpec,
  permute,
  resetBatchNorm,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { fixtures, readParams } from '../support/fixtures';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import { mnistTrain } from '../support/trainingImages';
import { statistics } from './targets';

await useBackend('wasm');

const layer = permutationSpec({
  'dense/kernel': '_ h',
  'bn/gamma': 'h',
  'bn/moving_mean': 'h',
  'bn/moving_variance': 'h',
});

/** A layer from its kernel [inputs, units] and its statistics. */
function layerOf(kernel: number[][], mean: number[], variance: number[]): Params {
  return {
    'dense/kernel': tf.tensor2d(kernel),
    'bn/gamma': tf.ones([mean.length]),
    'bn/moving_mean': tf.tensor1d(mean),
    'bn/moving_variance': tf.tensor1d(variance),
  };
}

const varianceOf = async (params: Params) => [...(await params['bn/moving_variance'].data())];

describe('estimateBatchNorm', () => {
  it('v = 1, 1 and ρ = 0.6 give ¼ + ¼ + 2·¼·0.6 = 0.8 = |(0.8, 0.4)|²', async () => {
    const parents = [layerOf([[1], [0]], [2], [1]), layerOf([[0.6], [0.8]], [4], [1])];
    const merged = interpolate(parents[0], parents[1], 0.5);
    const { params, ...names } = await estimateBatchNorm(layer, merged, parents);
    expect((await varianceOf(params))[0]).toBeCloseTo(0.8, 6);
    expect([...(await params['bn/moving_mean'].data())]).toEqual([3]);
    expect(names).toEqual({ estimated: ['bn/moving_variance'], interpolated: [] });
  });

  it.each([
    { weights: [0.5, 0.3, 0.2], anyWeights: false },
    { weights: [1.4, -0.9, 0.4], anyWeights: true },
    { weights: [0, 1, 0], anyWeights: false },
  ])('is the variance on uncorrelated inputs, weights $weights', async (options) => {
    // The rows of a Hadamard matrix without its first column: each input has mean 0 and variance 1, and no two
    // are correlated.
    const x = tf.tensor2d(
      Array.from({ length: 8 }, (_, row) =>
        [1, 2, 3, 4, 5, 6, 7].map((column) => (bits(row & column) % 2 === 0 ? 1 : -1)),
      ),
    );
    const outputs = (params: Params) => tf.matMul(x, params['dense/kernel'] as tf.Tensor2D);
    const parents: Params[] = [];
    for (const seed of [1, 2, 3]) {
      const kernel = tf.randomNormal([7, 5], 0, 1, 'float32', seed);
      const { std } = await statistics(outputs({ 'dense/kernel': kernel }));
      const variance = std.map((each) => each ** 2);
      parents.push({ ...layerOf([[]], new Array(5).fill(0), variance), 'dense/kernel': kernel });
    }
    const merged = average(parents, options);
    const { params } = await estimateBatchNorm(layer, merged, parents, options);
    const { std } = await statistics(outputs(merged));
    const variance = await varianceOf(params);
    std.forEach((each, i) => {
      expect(variance[i]).toBeCloseTo(each ** 2, 4);
    });
  });

  it('equal parents keep their variances', async () => {
    const parent = layerOf([[1, 2]], [0, 0], [0.3, 7]);
    const { params } = await estimateBatchNorm(layer, parent, [parent, parent, parent]);
    const [own, before] = [await varianceOf(params), await varianceOf(parent)];
    own.forEach((value, i) => {
      expect(value).toBeCloseTo(before[i], 6);
    });
  });

  it('filters of zeros are uncorrelated, and variances that are no variances are averaged', async () => {
    const a = layerOf([[0, 1, 1]], [0, 0, 0], [1, -1, Infinity]);
    const b = layerOf([[1, 1, 1]], [0, 0, 0], [1, 3, 1]);
    const merged = interpolate(a, b, 0.5);
    const { params } = await estimateBatchNorm(layer, merged, [a, b]);
    expect(await varianceOf(params)).toEqual([0.5, 1, Infinity]);
  });

  it('keeps the variance of a normalisation whose layer is not found', async () => {
    const spec = permutationSpec({ 'bn/moving_mean': 'h', 'bn/moving_variance': 'h' });
    const [a, b] = [1, 3].map((value) => ({
      'bn/moving_mean': tf.zeros([1]),
      'bn/moving_variance': tf.tensor1d([value]),
    }));
    const merged = interpolate(a, b, 0.5);
    const { params, estimated, interpolated } = await estimateBatchNorm(spec, merged, [a, b]);
    expect([estimated, interpolated]).toEqual([[], ['bn/moving_variance']]);
    await expectSameParams(params, merged);
  });

  it('leaks nothing and changes nothing', async () => {
    const parents = [layerOf([[1, 2]], [0, 1], [1, 1]), layerOf([[2, -1]], [0, 1], [1, 2])];
    const merged = interpolate(parents[0], parents[1], 0.5);
    const before = await varianceOf(merged);
    await expectNoLeak(async () => {
      tf.dispose((await estimateBatchNorm(layer, merged, parents)).params);
    });
    await expectNoLeak(async () => {
      const other = [parents[0], { x: merged['bn/gamma'] }];
      await expect(estimateBatchNorm(layer, merged, other)).rejects.toThrow('estimateBatchNorm: ');
    });
    expect(await varianceOf(merged)).toEqual(before);
  });

  it.each([
    [[], {}, 'parents must be an array of networks'],
    [['itself'], { weights: [0.5] }, 'the weights sum to 0.5'],
    [['itself', 'itself'], { weights: [2, -1] }, 'anyWeights: true'],
  ])('refuses %j with %j', async (parents, options, message) => {
    const own = layerOf([[1]], [0], [1]);
    const networks = parents.map(() => own);
    await expect(estimateBatchNorm(layer, own, networks, options)).rejects.toThrow(message);
  });
});

describe('convbn at the midpoint, test error and loss', () => {
  it('fall with estimated variances, and further with recomputed ones', async () => {
    const [, { name, spec, forward, data: test }] = fixtures;
    const [a, b] = [readParams(`${name}_A`), readParams(`${name}_B`)];
    const { permutations } = await weightMatch(spec, a, b, { order: 'forward' });
    const parents = [a, permute(spec, b, permutations)];
    const merged = interpolate(parents[0], parents[1], 0.5);
    const data = test();
    const evaluate = classificationEvaluator(forward, data);
    const { params: estimated } = await estimateBatchNorm(spec, merged, parents);
    const inputs = mnistTrain(1000);
    const recomputed = await resetBatchNorm(merged, { forward, inputs, batchSize: 1000 });
    const interpolated = await evaluate(merged);
    const [own, best] = [await evaluate(estimated), await evaluate(recomputed)];
    // Measured: error 0.43, 0.13 and 0.09; loss 1.08, 0.41 and 0.32.
    expect(interpolated.error).toBeGreaterThan(0.35);
    expect(own.error).toBeLessThan(0.17);
    expect(own.loss).toBeLessThan(0.5 * interpolated.loss);
    expect(best.error).toBeLessThan(0.11);
    expect(best.loss).toBeLessThan(own.loss);
    tf.dispose([a, b, parents[1], merged, estimated, recomputed, inputs, data.x, data.y]);
  });
});

/** The number of ones in the binary representation. */
function bits(value: number): number {
  return value === 0 ? 0 : (value & 1) + bits(value >> 1);
}
