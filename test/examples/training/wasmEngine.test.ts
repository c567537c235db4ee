import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { cifarSample, halved, standardised } from '../../../examples/support/cifar';
import { networkOfName } from '../../../examples/support/layerNorm/architectures';
import { initialParams } from '../../../examples/support/layerNorm/initialParams';
import { createTfjsEngine } from '../../../examples/support/training/tfjsEngine';
import type { LabelledBatch } from '../../../examples/support/training/trainingEngine';
import { createWasmEngine } from '../../../examples/support/training/wasmEngine';
import { useBackend } from '../../support/backend';
import { readJson } from '../../support/fixtures';

await useBackend('wasm');

const photos = cifarSample(0, 44);
const small = halved(photos);

function batchOf({ bytes, labels, size }: typeof photos, begin: number, end: number) {
  const [length, count] = [3 * size ** 2, end - begin];
  const images = standardised(bytes.subarray(begin * length, end * length));
  return { images, labels: labels.subarray(begin, end), count, size } satisfies LabelledBatch;
}

/** The initial parameters of scripts/cifarStepsFixture.py. */
function fixtureParams(name: string): Params {
  let state = 1;
  const random = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  };
  const shapes = initialParams(networkOfName(name), 0);
  const params = Object.entries(shapes).map(([key, { shape, size }]) => {
    const matrix = shape.length > 1;
    const [bound, mean] = [
      matrix ? Math.sqrt((3 * shape[0]) / size) : 0.25,
      matrix || key.endsWith('.bias') ? 0 : 1,
    ];
    const values = Float32Array.from({ length: size }, () => bound * random());
    return [
      key,
      tf.tensor(
        values.map((value) => value + mean),
        shape,
      ),
    ];
  });
  tf.dispose(shapes);
  return Object.fromEntries(params);
}

const engines = [
  ['createWasmEngine', createWasmEngine],
  ['createTfjsEngine', createTfjsEngine],
] as const;

describe.each(engines)('%s', (_, createEngine) => {
  it.each(['vgg16-1/16', 'resnet20-8', 'plain6-12'])(
    "makes PyTorch's steps of %s, in batches of 8, 11 and 25",
    async (name) => {
      const { losses, parameters } = readJson('cifar/steps.json')[name];
      const initial = fixtureParams(name);
      const engine = await createEngine({ network: networkOfName(name), params: initial });
      const before = tf.memory().numTensors;
      const batches = [batchOf(photos, 0, 8), batchOf(photos, 8, 19), batchOf(photos, 19, 44)];
      for (const [i, batch] of batches.entries()) {
        expect(await engine.step(batch, 0.1)).toBeCloseTo(losses[i], 4);
      }
      expect(tf.memory().numTensors).toBe(before);
      const { params, velocity } = await engine.read();
      expect(await engine.step(batches[2], 0)).toBeCloseTo(losses[3], 4);
      expect(Object.keys(params)).toEqual(Object.keys(initial));
      for (const [i, key] of Object.keys(params).entries()) {
        const values = params[key].dataSync();
        const norms = [params, velocity].map((each) => tf.norm(each[key]).dataSync()[0]);
        const summary = [
          values[0],
          values[values.length >> 1],
          values[values.length - 1],
          ...norms,
        ];
        for (const [j, value] of summary.entries()) {
          expect(Math.abs(value - parameters[i][j])).toBeLessThan(
            2e-4 * Math.max(1, Math.abs(value)),
          );
        }
      }
      engine.dispose();
      tf.dispose([initial, params, velocity]);
    },
  );
});
