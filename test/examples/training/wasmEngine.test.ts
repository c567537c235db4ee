import * as tf from '@tensorflow/tfjs-core';
import { classificationEvaluator, type Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { cifarImages, cifarSample, halved, standardised } from '../../../examples/support/cifar';
import { networkOfName } from '../../../examples/support/layerNorm/architectures';
import { forwardOf } from '../../../examples/support/layerNorm/forwardOf';
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

describe.each(['vgg16-1/16', 'resnet20-4', 'plain6-8'])('the gradients of %s', (name) => {
  it('are slopes of the loss: L(w ± h g/|g|) differ by 2h|g| for each parameter', async () => {
    const network = networkOfName(name);
    const params = fixtureParams(name);
    const engine = await createWasmEngine({ network, params, momentum: 0, weightDecay: 0 });
    await engine.step(batchOf(small, 0, 12), 0);
    const { velocity: gradients, params: unchanged } = await engine.read();
    const { bytes, labels } = halved(cifarSample(0, 12));
    const [x, y] = [cifarImages(bytes, 16), tf.tensor1d(labels, 'int32')];
    const evaluate = classificationEvaluator(forwardOf(network), { x, y });
    for (const key of Object.keys(params)) {
      const norm = tf.norm(gradients[key]).dataSync()[0];
      const h = 3e-4; // Further away, units cross the kink of ReLU.
      const lossAt = async (shift: number) => {
        const moved = tf.add(params[key], tf.mul(gradients[key], shift / norm));
        const { loss } = await evaluate({ ...params, [key]: moved });
        moved.dispose();
        return loss;
      };
      const slope = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h);
      expect(Math.abs(slope / norm - 1), key).toBeLessThan(0.06);
    }
    tf.dispose([params, gradients, unchanged, x, y]);
  });
});

describe('createWasmEngine', () => {
  const network = networkOfName('plain3-8');
  const batches = [0, 10, 20].map((begin) => batchOf(small, begin, begin + 10));

  it('holds masked parameters at exactly 0, and moves the others', async () => {
    const params = fixtureParams('plain3-8');
    const mask = Object.fromEntries(
      ['conv2.weight', 'fc.weight'].map((key) => {
        const { shape, size } = params[key];
        return [
          key,
          tf.tensor(
            Float32Array.from({ length: size }, (_, i) => i % 3 && 1),
            shape,
          ),
        ];
      }),
    );
    const engine = await createWasmEngine({ network, params, velocity: params, mask });
    for (const batch of batches) await engine.step(batch, 0.1);
    const trained = await engine.read();
    for (const state of [trained.params, trained.velocity]) {
      for (const key of Object.keys(params)) {
        const [before, after] = [params[key].dataSync(), state[key].dataSync()];
        const kept = mask[key]?.dataSync() ?? new Float32Array(after.length).fill(1);
        expect(after.filter((_, i) => kept[i] === 0).every((value) => value === 0)).toBe(true);
        expect(after.every((value, i) => kept[i] === 0 || value !== before[i])).toBe(true);
      }
    }
    tf.dispose([params, mask, trained.params, trained.velocity]);
  });

  it('continues from what it read, bit for bit, beside another engine', async () => {
    const params = fixtureParams('plain3-8');
    const [whole, first] = [
      await createWasmEngine({ network, params }),
      await createWasmEngine({ network, params }),
    ];
    await whole.step(batches[0], 0.1);
    await first.step(batches[0], 0.1);
    const state = await first.read();
    const second = await createWasmEngine({ network, ...state });
    for (const batch of batches.slice(1)) {
      await first.step(batches[0], 0.05);
      expect(await second.step(batch, 0.1)).toBe(await whole.step(batch, 0.1));
    }
    const [expected, continued] = [await whole.read(), await second.read()];
    for (const key of Object.keys(params)) {
      expect(continued.params[key].dataSync()).toEqual(expected.params[key].dataSync());
      expect(continued.velocity[key].dataSync()).toEqual(expected.velocity[key].dataSync());
    }
    tf.dispose([params, ...[state, expected, continued].flatMap(Object.values)]);
  });

  it('refuses images of another size, and parameters that are missing', async () => {
    const params = fixtureParams('plain3-8');
    const engine = await createWasmEngine({ network, params });
    await engine.step(batches[0], 0.1);
    await expect(engine.step(batchOf(photos, 0, 8), 0.1)).rejects.toThrow('images of 16 × 16');
    const { 'fc.bias': bias, ...rest } = params;
    await expect(createWasmEngine({ network, params: rest })).rejects.toThrow(
      "'fc.bias' is missing",
    );
    tf.dispose([bias, rest]);
  });
});
