import '@tensorflow/tfjs-backend-wasm';
import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors } from 'perm-lmc/node';
import { describe, expect, it } from 'vitest';
import { trainSideBySide } from '../../../../examples/paper/support/trainSideBySide';
import { cifarSample, halved } from '../../../../examples/support/cifar';
import { plainNetwork } from '../../../../examples/support/layerNorm/architectures';
import { trainClassifier } from '../../../../examples/support/training/trainClassifier';
import { useStudies } from '../useStudies';

const { runStudy, pathOf } = useStudies();

describe('training in quick mode', () => {
  it('gives networks that are better than a guess, the same as in one process', async () => {
    const { results } = JSON.parse((await runStudy('cifar train', 'train'))!) as {
      results: { seed: number; loss: number; error: number }[];
    };
    expect(results.map(({ seed }) => seed)).toEqual([1, 2]);
    for (const { loss } of results) expect(loss).toBeLessThan(Math.log(10));
    await tf.setBackend('wasm');
    const expected = await trainClassifier({
      ...{ network: plainNetwork(3, 8), train: halved(cifarSample(0, 400)), seed: 1 },
      ...{ batchSize: 50, epochs: 10 },
    });
    const { params } = await readSafetensors(pathOf('train', 'plain3-8-16-seed-1.safetensors'));
    expect(Object.keys(params)).toEqual(Object.keys(expected));
    for (const name of Object.keys(params)) {
      expect(await params[name].data()).toEqual(await expected[name].data());
    }
    tf.dispose([params, expected]);
  });

  it('rejects with the message of the network that fails, and keeps no file of it', async () => {
    const path = pathOf('failing', 'net.safetensors');
    const job = {
      ...{ network: 'plain2-6', seed: 3, batchSize: 20, steps: 6, path },
      photos: { source: 'sample', images: 60, size: 16 } as const,
    };
    await expect(trainSideBySide([job])).rejects.toThrow(
      "plain2-6, seed 3: 'conv1' has 6 channels: not a multiple of 4",
    );
    expect(existsSync(path)).toBe(false);
  });
});
