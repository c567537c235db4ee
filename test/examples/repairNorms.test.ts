import * as tf from '@tensorflow/tfjs-core';
import { average, interpolate, type Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { repairedEvaluator } from '../../examples/paper/cifar/support/repairedEvaluator';
import { plainNetwork } from '../../examples/support/layerNorm/architectures';
import { forwardOf } from '../../examples/support/layerNorm/forwardOf';
import { initialParams } from '../../examples/support/layerNorm/initialParams';
import { normStatistics } from '../../examples/support/layerNorm/normStatistics';
import { repairNorms } from '../../examples/support/layerNorm/repairNorms';
import { useBackend } from '../support/backend';
import { cifarParams, cifarTest, resnet20, vgg16 } from '../support/cifarFixtures';

await useBackend('wasm');

/** The greatest difference of two networks in any parameter. */
async function difference(a: Params, b: Params): Promise<number> {
  expect(Object.keys(a).sort()).toEqual(Object.keys(b).sort());
  const greatest = tf.tidy(() =>
    tf.max(tf.stack(Object.keys(a).map((name) => tf.max(tf.abs(tf.sub(a[name], b[name])))))),
  );
  const [value] = await greatest.data();
  greatest.dispose();
  return value;
}

describe('normStatistics', () => {
  it("are the means and deviations of a normalisation's outputs, computed without tfjs", async () => {
    const network = plainNetwork(1, 2);
    const params = initialParams(network, 1);
    const { x } = cifarTest(3);
    const outputs: tf.Tensor[] = [];
    const forward = forwardOf(network, (_, y) => {
      outputs.push(tf.keep(y));
      return y;
    });
    forward(params, x).dispose();
    const values = Array.from(await outputs[0].data());
    const statistics = normStatistics(network, params, x);
    for (const channel of [0, 1]) {
      const own = values.filter((_, i) => i % 2 === channel);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      const squares = own.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      expect((await statistics['norm1.mean'].data())[channel]).toBeCloseTo(mean, 4);
      const deviation = (await statistics['norm1.deviation'].data())[channel];
      expect(deviation).toBeCloseTo(Math.sqrt(squares / own.length), 4);
    }
    tf.dispose([params, x, outputs, statistics]);
  });
});

describe.each([vgg16, resnet20])('repairNorms of $name', (family) => {
  const { network } = family;

  it('gives a mixture the statistics of the target', async () => {
    const [a, b] = [cifarParams(family, 1), cifarParams(family, 2)];
    const { x: images } = cifarTest(16);
    const own = [a, b].map((params) => normStatistics(network, params, images));
    const [merged, target] = [interpolate(a, b, 0.5), average(own)];
    const before = tf.memory().numTensors;
    const repaired = repairNorms(network, merged, { target, images });
    expect(tf.memory().numTensors).toBe(before + Object.keys(merged).length);
    const [collapsed, restored] = [merged, repaired].map((params) =>
      normStatistics(network, params, images),
    );
    expect(await difference(collapsed, target)).toBeGreaterThan(0.1);
    expect(await difference(restored, target)).toBeLessThan(1e-3);
    tf.dispose([a, b, images, own, merged, target, repaired, collapsed, restored]);
  });

  it('changes nothing of a network that has its own statistics', async () => {
    const params = cifarParams(family, 1);
    const { x: images } = cifarTest(16);
    const target = normStatistics(network, params, images);
    const repaired = repairNorms(network, params, { target, images });
    expect(await difference(repaired, params)).toBeLessThan(1e-3);
    tf.dispose([params, images, target, repaired]);
  });
});

describe('repairedEvaluator', () => {
  it("mixes the parents' statistics by the weights of the point, and leaks nothing", async () => {
    const network = plainNetwork(2, 4);
    const parents = [1, 2].map((seed) => initialParams(network, seed));
    const { x: images } = cifarTest(8);
    const seen: Params[] = [];
    const before = tf.memory().numTensors;
    const repaired = repairedEvaluator(
      async (params) => {
        seen.push(normStatistics(network, params, images));
        return { loss: 0 };
      },
      { network, parents, images },
    );
    const [merged, weights] = [interpolate(parents[0], parents[1], 0.25), [0.75, 0.25]];
    await repaired.evaluate(merged, { networks: parents, weights, shared: (_, make) => make() });
    const own = parents.map((params) => normStatistics(network, params, images));
    const target = average(own, { weights });
    expect(await difference(seen[0], target)).toBeLessThan(1e-4);
    tf.dispose([merged, seen, own, target]);
    repaired.dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([parents, images]);
  });
});
