import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cifarSample, halved } from '../../../examples/support/cifar';
import { plainNetwork } from '../../../examples/support/layerNorm/architectures';
import { initialParams } from '../../../examples/support/layerNorm/initialParams';
import {
  type TrainClassifierOptions,
  trainClassifier,
} from '../../../examples/support/training/trainClassifier';
import { useBackend } from '../../support/backend';
import { expectNoLeak, expectSameParams } from '../../support/invariants';

const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-training-'));
beforeAll(() => useBackend('wasm'));
afterAll(() => rmSync(folder, { recursive: true }));

const network = plainNetwork(2, 8);
/** Two convolutions with a scale and a shift each, and the dense layer. */
const TENSORS = 2 * 3 + 2;
const options: TrainClassifierOptions = {
  ...{ network, train: halved(cifarSample(0, 100)), seed: 1, batchSize: 20, steps: 12 },
};
const train = async (changes: Partial<TrainClassifierOptions> = {}): Promise<Params> => {
  const params = await expectNoLeak(() => trainClassifier({ ...options, ...changes }), TENSORS);
  if (params instanceof Error) throw params;
  return params;
};
const disposed = async (work: () => Promise<Params>) => tf.dispose(await work());

describe('trainClassifier', () => {
  it('lowers the loss of the images that it sees', async () => {
    const losses: number[] = [];
    const changes = { epochs: 20, steps: undefined, augment: false };
    await disposed(() => train({ ...changes, onEpoch: (_, loss) => losses.push(loss) }));
    expect(losses).toHaveLength(20);
    // ln 10 = 2.30 at the start, the loss of a guess.
    expect(losses[0]).toBeGreaterThan(2);
    expect(losses[19]).toBeLessThan(1.9);
  });

  it('gives the same parameters for the same seeds, others for another seed of the data', async () => {
    const [a, b, c] = [await train(), await train({ dataSeed: 1 }), await train({ dataSeed: 2 })];
    await expectSameParams(a, b);
    await expect(expectSameParams(a, c)).rejects.toThrow(/≠/);
    tf.dispose([a, b, c]);
  });

  it('ends an epoch after its last full batch, and reports the mean of its losses', async () => {
    const [epochs, losses]: [[number, number][], number[]] = [[], []];
    const report = {
      onEpoch: (epoch: number, loss: number) => epochs.push([epoch, loss]),
      onLoss: (_: number, loss: number) => losses.push(loss),
    };
    // 100 images: three batches of 30, and ten that are left out.
    await disposed(() => train({ ...report, batchSize: 30, steps: undefined, epochs: 2 }));
    const mean = (from: number) => (losses[from] + losses[from + 1] + losses[from + 2]) / 3;
    expect(losses).toHaveLength(6);
    expect(epochs).toEqual([
      [1, mean(0)],
      [2, mean(3)],
    ]);
  });

  it('gives the parameters of the steps asked for, the start and the end included', async () => {
    const kept: Record<number, Params> = {};
    const onCheckpoint = (step: number, params: Params) => {
      kept[step] = params;
    };
    const before = tf.memory().numTensors;
    const end = await trainClassifier({ ...options, checkpoints: [0, 5, 12], onCheckpoint });
    expect(tf.memory().numTensors - before).toBe(4 * TENSORS);
    expect(Object.keys(kept)).toEqual(['0', '5', '12']);
    const start = initialParams(network, 1);
    await expectSameParams(kept[0], start);
    await expectSameParams(kept[12], end);
    await expect(expectSameParams(kept[5], end)).rejects.toThrow(/≠/);
    tf.dispose([start, end, kept]);
  });

  it('goes on from a state file to the same parameters, to the bit', async () => {
    const path = join(folder, 'state.safetensors');
    const [seen, epochs]: [number[], [number, number][]] = [[], []];
    const report = {
      onLoss: (step: number) => seen.push(step),
      onEpoch: (epoch: number, loss: number) => epochs.push([epoch, loss]),
    };
    const whole = await train({ ...report });
    const expected = epochs.splice(0);
    seen.length = 0;
    const state = { path, every: 3, settings: { any: [1, 2] } };
    const abort = new AbortController();
    const onLoss = (step: number) => {
      seen.push(step);
      if (step === 8) abort.abort(new Error('interrupted'));
    };
    const interrupted = await expectNoLeak(() =>
      trainClassifier({ ...options, ...report, onLoss, state, signal: abort.signal }),
    );
    expect(interrupted).toEqual(new Error('interrupted'));
    const resumed = await train({ ...report, state });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 7, 8, 9, 10, 11, 12]);
    // The mean of the second epoch, steps 6 to 10, takes step 6 from the state file.
    expect(epochs).toEqual(expected);
    await expectSameParams(resumed, whole);
    tf.dispose([whole, resumed]);
  });

  it('starts over when the state file was written with other settings', async () => {
    const path = join(folder, 'other.safetensors');
    await disposed(() => train({ state: { path, every: 5, settings: { rate: 1 } } }));
    expect(existsSync(path)).toBe(true);
    const seen: number[] = [];
    const state = { path, every: 5, settings: { rate: 2 } };
    await disposed(() => train({ state, onLoss: (step) => seen.push(step) }));
    expect(seen[0]).toBe(1);
  });

  it('keeps masked weights at zero and leaves the start as it is', async () => {
    const start = initialParams(network, 2);
    const mask = {
      'conv2.weight': tf.cast(tf.randomUniform([8, 8, 3, 3], 0, 2, 'int32', 1), 'float32'),
    };
    const copy = initialParams(network, 2);
    const params = await train({ start, mask });
    await expectSameParams(start, copy);
    const [values, kept] = [await params['conv2.weight'].data(), await mask['conv2.weight'].data()];
    values.forEach((value, i) => {
      expect(value === 0).toBe(kept[i] === 0);
    });
    tf.dispose([start, copy, params, mask]);
  });

  it('refuses a mask of another shape, and batches larger than the training set', async () => {
    const mask = { 'conv2.weight': tf.ones([2]) };
    await expect(trainClassifier({ ...options, mask })).rejects.toThrow(
      /^trainClassifier: mask\['conv2.weight'\] has shape \[2\]/,
    );
    await expect(trainClassifier({ ...options, batchSize: 101 })).rejects.toThrow(
      '100 images are less than a batch of 101',
    );
    tf.dispose(mask);
  });

  it('stops where the loss is no number', async () => {
    const result = await expectNoLeak(() =>
      trainClassifier({ ...options, learningRate: 1e30, warmUp: 0 }),
    );
    expect(String(result)).toMatch(/the loss of step \d+ is NaN. Lower the learning rate/);
  });
});
