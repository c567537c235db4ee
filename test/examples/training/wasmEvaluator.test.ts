import * as tf from '@tensorflow/tfjs-core';
import { classificationEvaluator } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { cifarImages, cifarSample, halved } from '../../../examples/support/cifar';
import { networkOfName } from '../../../examples/support/layerNorm/architectures';
import { forwardOf } from '../../../examples/support/layerNorm/forwardOf';
import { initialParams } from '../../../examples/support/layerNorm/initialParams';
import { wasmEvaluator } from '../../../examples/support/training/wasmEvaluator';
import { wasmLogits } from '../../../examples/support/training/wasmLogits';
import { useBackend } from '../../support/backend';
import { cifarParams, resnet20, vgg16 } from '../../support/cifarFixtures';
import { readJson } from '../../support/fixtures';

await useBackend('wasm');

describe.each([resnet20, vgg16])('wasmLogits of $name', (family) => {
  it.each(family.seeds)("are PyTorch's, seed %i", async (seed) => {
    const params = cifarParams(family, seed);
    const logits = await wasmLogits(family.network, cifarSample(0, 32))(params);
    const expected: number[] = readJson('cifar/logits.json')[`${family.name}_s${seed}`].flat();
    expect(logits).toHaveLength(expected.length);
    const difference = Math.max(...expected.map((value, i) => Math.abs(value - logits[i])));
    expect(difference).toBeLessThan(1e-4);
    tf.dispose(params);
  });
});

describe('wasmEvaluator', () => {
  const half = halved(cifarSample(0, 37));

  it.each([
    ['vgg16-1/16', cifarSample(0, 19)],
    ['vgg16-1/16', half],
    ['resnet20-4', half],
    ['plain6-12', half],
    ['plain8-20', cifarSample(0, 5)],
  ])('measures %s as classificationEvaluator does', async (name, photos) => {
    const network = networkOfName(name);
    const params = initialParams(network, 3);
    const [x, y] = [cifarImages(photos.bytes, photos.size), tf.tensor1d(photos.labels, 'int32')];
    const expected = await classificationEvaluator(forwardOf(network), { x, y })(params);
    const before = tf.memory().numTensors;
    for (const batchSize of [8, 13, 64]) {
      const measured = await wasmEvaluator(network, photos, { batchSize })(params);
      expect(measured.loss).toBeCloseTo(expected.loss, 5);
      expect(measured.error).toBe(expected.error);
    }
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, y, params]);
  });

  it('measures each network that it is given, one after the other and at once', async () => {
    const network = networkOfName('plain2-8');
    const [a, b] = [initialParams(network, 1), initialParams(network, 2)];
    const alone = await Promise.all([a, b].map((params) => wasmEvaluator(network, half)(params)));
    const evaluate = wasmEvaluator(network, half);
    expect(await evaluate(a)).toEqual(alone[0]);
    expect(await Promise.all([evaluate(b), evaluate(a)])).toEqual([alone[1], alone[0]]);
    tf.dispose([a, b]);
  });

  it('refuses widths that are not multiples of 4, and parameters of another network', async () => {
    const [narrow, wide] = [networkOfName('plain2-6'), networkOfName('plain2-8')];
    const params = initialParams(narrow, 1);
    await expect(wasmEvaluator(narrow, half)(params)).rejects.toThrow('not a multiple of 4');
    await expect(wasmEvaluator(wide, half)(params)).rejects.toThrow(
      "'conv1.weight' must have the shape",
    );
    tf.dispose(params);
  });
});
