import * as tf from '@tensorflow/tfjs-core';
import { average, barrier, interpolate, lossPlane, type Params, simplexBarrier } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';

await useBackend('cpu');

const row = (values: readonly number[]): Params => ({ w: tf.tensor1d([...values]) });
const valuesOf = async ({ w }: Params) => Array.from(await w.data());

/** A value that (1 − α)·x + α·x misses in float32 at many α. */
const AWKWARD = 0.1;

describe('a mixture at its ends', () => {
  it('is the end, value for value, whatever the other holds', async () => {
    const ends = [row([1, Infinity, 3]), row([-Infinity, 5, Number.NaN])];
    expect(await valuesOf(interpolate(ends[0], ends[1], 0))).toEqual([1, Infinity, 3]);
    expect(await valuesOf(interpolate(ends[0], ends[1], 1))).toEqual([-Infinity, 5, Number.NaN]);
    expect(await valuesOf(average(ends, { weights: [1, 0] }))).toEqual([1, Infinity, 3]);
  });

  it('leaves a network of weight 0 out', async () => {
    const models = [row([2]), row([Infinity]), row([4])];
    expect(await valuesOf(average(models, { weights: [0.5, 0, 0.5] }))).toEqual([3]);
    const none = average(models, { weights: [0, 0, 0], anyWeights: true });
    expect(await valuesOf(none)).toEqual([0]);
  });
});

describe('a value that all networks share', () => {
  it('stays as it is to the bit, at every point between them', async () => {
    const shared = [AWKWARD, -Infinity, 1e30, -0.3];
    const [a, b, c] = [1, 2, 3].map((own) => row([...shared, own]));
    const exact = Array.from(Float32Array.from(shared));
    for (const alpha of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      expect((await valuesOf(interpolate(a, b, alpha))).slice(0, 4)).toEqual(exact);
    }
    expect((await valuesOf(average([a, b, c]))).slice(0, 4)).toEqual(exact);
  });

  it('stays beyond the ends, where infinities would cancel', async () => {
    const [a, b] = [row([-Infinity, 1]), row([-Infinity, 2])];
    expect(await valuesOf(interpolate(a, b, 2, { extrapolate: true }))).toEqual([-Infinity, 3]);
  });

  it('is scaled where the weights do not sum to 1', async () => {
    const sum = average([row([3, 1]), row([3, 2])], { weights: [1, 1], anyWeights: true });
    expect(await valuesOf(sum)).toEqual([6, 3]);
  });
});

describe('the formula', () => {
  it('is computed elsewhere, for two networks and for three', async () => {
    // 0.25·1 + 0.75·5 = 4, and 0.5·1 + 0.25·5 + 0.25·9 = 4
    const models = [row([1]), row([5]), row([9])];
    expect(await valuesOf(interpolate(models[0], models[1], 0.75))).toEqual([4]);
    expect(await valuesOf(average(models, { weights: [0.5, 0.25, 0.25] }))).toEqual([4]);
  });

  it('has its own gradient, also where values are shared or left out', async () => {
    const [a, b, c] = [tf.tensor1d([1, 3]), tf.tensor1d([1, 4]), tf.tensor1d([1, 5])];
    const merged = (x: tf.Tensor, y: tf.Tensor, z: tf.Tensor) =>
      average([{ w: x }, { w: y }, { w: z }], { weights: [0.25, 0.75, 0] }).w;
    const gradients = tf.grads(merged as never)([a, b, c], tf.ones([2]));
    const values = await Promise.all(gradients.map((each) => each.data()));
    expect(values.map((each) => Array.from(each))).toEqual([
      [0.25, 0.25],
      [0.75, 0.75],
      [0, 0],
    ]);
  });

  it('leaves nothing but its result', async () => {
    const models = [row([1, 2]), row([1, 5]), row([1, 9])];
    const merged = await expectNoLeak(() => average(models), 1);
    tf.dispose(merged as Params);
  });
});

describe('barriers through networks that share infinities', () => {
  const masked = (w: number): Params => ({ w: tf.scalar(w), mask: tf.tensor1d([0, -Infinity]) });
  const evaluate = async ({ w, mask }: Params) => {
    const kept = await mask.data();
    return { loss: (await w.data())[0] ** 2, kept: kept[0] === 0 && kept[1] === -Infinity ? 1 : 0 };
  };

  it('hand the shared values to every point', async () => {
    const [a, b] = [masked(-1), masked(1)];
    const curve = await barrier(a, b, evaluate, { points: 5 });
    expect(curve.kept.values).toEqual([1, 1, 1, 1, 1]);
    expect(curve.loss.values).toEqual([1, 0.25, 0, 0.25, 1]);
    const surface = await simplexBarrier([a, b, masked(3)], evaluate, { resolution: 2 });
    expect(new Set(surface.kept.values)).toEqual(new Set([1]));
  });

  it('and to the points of a plane beyond them', async () => {
    const network = (x: number, y: number): Params => ({ ...masked(x), y: tf.scalar(y) });
    const [a, b, c] = [network(0, 0), network(2, 0), network(1, 1)];
    const plane = await lossPlane(a, b, c, evaluate, { points: 3, margin: 0.5 });
    expect(plane.xs).toEqual([-1, 1, 3]);
    expect(new Set(plane.kept.values.flat())).toEqual(new Set([1]));
    expect(plane.loss.values[1]).toEqual([1, 1, 9]);
  });
});
