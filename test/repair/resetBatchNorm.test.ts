import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  layersModelParams,
  type Params,
  type RepairProgress,
  repair,
  resetBatchNorm,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { layersModelForward } from '../../src/models/layersModelForward';
import { useBackend } from '../support/backend';
import { expectSameParams } from '../support/invariants';
import { randomParams } from '../tracing/network';
import { expectTargets, type Forward, normal, parentsOf, statistics } from './targets';

await useBackend('cpu');

describe('batch normalisation', () => {
  const shapes = { k: [3, 4], mean: [4], variance: [4], gamma: [4], beta: [4], out: [4, 2] };
  const x = normal([30, 3]);
  const input = (p: Params) => tf.matMul(x, p.k);
  const norms: Record<string, (p: Params, h: tf.Tensor) => tf.Tensor> = {
    'batchNorm of tfjs': ({ mean, variance, beta, gamma }, h) =>
      tf.batchNorm(
        h,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        beta as tf.Tensor1D,
        gamma as tf.Tensor1D,
      ),
    '(h − mean) / √(variance + ε)·γ + β': ({ mean, variance, beta, gamma }, h) =>
      tf.add(tf.mul(tf.div(tf.sub(h, mean), tf.sqrt(tf.add(variance, 1e-3))), gamma), beta),
    '(h − mean)·(γ·1/√(variance + ε)) + β': ({ mean, variance, beta, gamma }, h) =>
      tf.add(tf.mul(tf.sub(h, mean), tf.mul(gamma, tf.rsqrt(tf.add(variance, 1e-3)))), beta),
    'h·i + (β − mean·i), i = γ / √(variance + ε)': ({ mean, variance, beta, gamma }, h) => {
      const i = tf.mul(gamma, tf.rsqrt(tf.add(variance, 1e-3)));
      return tf.add(tf.mul(h, i), tf.sub(beta, tf.mul(mean, i)));
    },
    'on an input of rank 4': ({ mean, variance, beta, gamma }, h) =>
      tf.reshape(
        tf.batchNorm(
          tf.reshape(h, [-1, 2, 1, 4]) as tf.Tensor4D,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          beta as tf.Tensor1D,
          gamma as tf.Tensor1D,
        ),
        [-1, 4],
      ),
  };

  it.each(
    Object.keys(norms).flatMap((name) => [100, 7].map((batchSize) => [name, batchSize] as const)),
  )('is found and reset: %s, batches of %d', async (name, batchSize) => {
    const params = randomParams(shapes, 1);
    // The rank 4 one puts two samples in one image.
    const even = name.includes('rank 4') && batchSize === 7 ? 6 : batchSize;
    const forward: Forward = (p, batch) =>
      tf.matMul(tf.relu(norms[name](p, tf.matMul(batch, p.k))), p.out);
    const seen: RepairProgress[] = [];
    const reset = await resetBatchNorm(params, {
      forward,
      inputs: x,
      batchSize: even,
      onProgress: (progress) => seen.push(progress),
    });
    const { mean, std } = await statistics(input(params));
    expect([...(await reset.mean.data())]).toEqual(mean.map((value) => expect.closeTo(value, 5)));
    expect([...(await reset.variance.data())]).toEqual(
      std.map((value) => expect.closeTo((value * value * 30) / 29, 4)),
    );
    expect(seen).toEqual([{ done: 1, total: 1, kind: 'batchNorm', param: 'mean', shifted: true }]);
  });

  it('in a LayersModel', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ filters: 4, kernelSize: 3, useBias: false, inputShape: [6, 6, 2] }),
        tfl.layers.batchNormalization(),
        tfl.layers.reLU(),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 3 }),
      ],
    });
    const forward = layersModelForward(model);
    const params = layersModelParams(model);
    const images = normal([12, 6, 6, 2]) as tf.Tensor4D;
    const reset = await resetBatchNorm(params, { forward, inputs: images });
    const name = (role: string) => Object.keys(params).find((each) => each.endsWith(role))!;
    const { mean } = await statistics(
      tf.conv2d(images, params[name('conv2d_1/kernel')] as tf.Tensor4D, 1, 'valid'),
    );
    expect([...(await reset[name('moving_mean')].data())]).toEqual(
      mean.map((value) => expect.closeTo(value, 5)),
    );
  });

  it('beside layers without: each is repaired in its way', async () => {
    const { parents, merged } = parentsOf({ ...shapes, first: [3, 3], b: [3] });
    const first: Forward = (p, batch) => tf.add(tf.matMul(batch, p.first), p.b);
    const hidden: Forward = (p, batch) => tf.matMul(tf.relu(first(p, batch)), p.k);
    const forward: Forward = (p, batch) =>
      tf.matMul(tf.relu(norms['batchNorm of tfjs'](p, hidden(p, batch))), p.out);
    const seen: string[] = [];
    const repaired = await repair(merged, parents, {
      forward,
      inputs: x,
      batchSize: 8,
      onProgress: ({ param, kind }) => seen.push(`${kind} ${param}`),
    });
    expect(seen).toEqual(['rescale first', 'batchNorm mean']);
    await expectTargets((p) => first(p, x), repaired, parents, [0.5, 0.5]);
    const { mean } = await statistics(hidden(repaired, x));
    expect([...(await repaired.mean.data())]).toEqual(
      mean.map((value) => expect.closeTo(value, 4)),
    );
    await expectSameParams({ k: repaired.k }, { k: merged.k });
  });
});
