import * as tf from '@tensorflow/tfjs-core';
import {
  groupSizes,
  type Params,
  type PermutationSpec,
  permute,
  randomPermutations,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { graphModelNetwork, layersModelNetwork } from '../../src/models';
import { layerWeights } from '../../src/models/layerWeights';
import { useBackend } from '../support/backend';
import { greatestDifference } from '../support/invariants';
import { longForm } from '../support/longForm';
import { walkConfig } from './kerasWalk';
import { publishedGraphModel, publishedLayersModel } from './publishedModels';
import { firstMismatch, tokensOf } from './tokens';

await useBackend('wasm');

const mobileNet = { name: 'mobilenet_v2', groups: 27, size: 224 } as const;
const inception = { name: 'inception_v3', groups: 96, size: 299 } as const;

describe.each(longForm ? [mobileNet, inception] : [mobileNet])(
  '$name as published',
  ({ name, groups, size }) => {
    it('has the groups that a walk of its configuration finds, and they keep its function', async () => {
      const { model, config } = await publishedLayersModel(name);
      const { params, forward, spec } = await layersModelNetwork(model);
      expect(spec.derivation?.warnings).toEqual([]);
      expect(spec.groups).toHaveLength(groups);

      const weights = layerWeights(model);
      const shapes = Object.fromEntries(
        weights.map(({ name, variable }) => [variable.originalName, params[name].shape]),
      );
      const walked = walkConfig(config, shapes);
      expect(Object.keys(walked)).toHaveLength(weights.length);
      const sizes = groupSizes(spec, params);
      const found = weights.flatMap(({ name }) =>
        spec.params[name].axes.map((axis, i) => tokensOf(axis, params[name].shape[i], sizes)),
      );
      const expected = weights.flatMap(({ variable }) => walked[variable.originalName]);
      expect(firstMismatch(found, expected)).toBeUndefined();

      await expectSameFunction(spec, forward, params, size);
      tf.dispose(params);
      model.dispose();
    }, 120_000);
  },
);

describe('MobileNetV2 of width 1.4 as a published graph, its normalisation folded', () => {
  it('has the groups of its architecture, and they keep its function', async () => {
    const model = await publishedGraphModel();
    const { params, forward, spec } = await graphModelNetwork(model);
    expect(spec.derivation?.warnings).toEqual([]);
    // The stem, the stream of each stage, what each block expands the stream to (6 times), the last layer.
    const streams = [24, 32, 48, 88, 136, 224, 448];
    const blocks = [1, 2, 3, 4, 3, 3]; // That expand the stream of this stage.
    const expanded = blocks.flatMap((count, stage) =>
      Array<number>(count).fill(6 * streams[stage]),
    );
    expect(spec.groups.map(({ size }) => size).sort()).toEqual(
      [48, ...streams, ...expanded, 1792].sort(),
    );
    await expectSameFunction(spec, forward, params, 224);
    tf.dispose(params);
    model.dispose();
  }, 120_000);
});

/** All groups permuted at random, of the weights as published: the outputs differ by rounding only. */
async function expectSameFunction(
  spec: PermutationSpec,
  forward: (params: Params, x: tf.Tensor) => tf.Tensor,
  params: Params,
  size: number,
): Promise<void> {
  const x = tf.randomUniform([1, size, size, 3], 0, 1, 'float32', 1);
  const permuted = permute(spec, params, randomPermutations(spec, params, { seed: 1 }));
  const [before, after] = [forward(params, x), forward(permuted, x)];
  expect(await greatestDifference(before, after)).toBeLessThan(1e-4);
  tf.dispose([x, permuted]);
}
