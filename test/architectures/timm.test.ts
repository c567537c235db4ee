import * as tf from '@tensorflow/tfjs-core';
import {
  groupSizes,
  type ModelConfig,
  type Params,
  recogniseArchitecture,
  type TracedForward,
  verifySpec,
} from 'perm-lmc';
import { onnxNetwork } from 'perm-lmc/onnx';
import { describe, expect, it } from 'vitest';
import { expectPlantedRecovered } from '../support/architectures/expectSpecHolds';
import {
  type TimmName,
  timmConvnext,
  timmEfficientnet,
  timmEfficientnetV2,
  timmMobilenetV3,
  timmVit,
} from '../support/architectures/timmNames';
import { torchvisionFixture } from '../support/architectures/torchvisionFixtures';
import { useBackend } from '../support/backend';

await useBackend('wasm');

interface TimmCase {
  readonly fixture: string;
  readonly nameOf: TimmName;
  readonly config?: ModelConfig;
  readonly family: string;
  /** The groups that torchvision's naming shows and timm's does not: the outputs of blocks with stride 2. */
  readonly hidden: number;
}

const cases: readonly TimmCase[] = [
  { fixture: 'vit', nameOf: timmVit, config: { num_heads: 3 }, family: 'vit', hidden: 0 },
  { fixture: 'convnext', nameOf: timmConvnext, family: 'convnext', hidden: 0 },
  { fixture: 'efficientnet_b', nameOf: timmEfficientnet, family: 'timm_mobile', hidden: 4 },
  { fixture: 'efficientnet_v2', nameOf: timmEfficientnetV2, family: 'timm_mobile', hidden: 4 },
  { fixture: 'mobilenet_v3_small', nameOf: timmMobilenetV3, family: 'timm_mobile', hidden: 4 },
];

describe.each(cases)(
  "$fixture with timm's names",
  ({ fixture, nameOf, config, family, hidden }) => {
    it('is recognised, with a spec that holds', async () => {
      const { bytes, x } = torchvisionFixture(fixture);
      const own = await onnxNetwork(bytes, { input: x });
      const { params, forward } = renamed(own.params, own.forward as TracedForward, nameOf);
      const found = recogniseArchitecture(params, { config });
      expect(found.family).toBe(family);
      expect((await verifySpec(found.spec, forward, params, x)).ok).toBe(true);
      await expectPlantedRecovered(found.spec, params);
      const { spec } = recogniseArchitecture(own.params, { config });
      expect(sizesOf(found.spec.groups.length, groupSizes(found.spec, params))).toEqual(
        sizesOf(spec.groups.length - hidden, groupSizes(spec, own.params)),
      );
    });
  },
);

/**
 * The network with the parameters' names and shapes of timm: the scales of ConvNeXt have one axis; the first dense layer
 * of MobileNetV3 is a 1 × 1 convolution.
 */
function renamed(params: Params, forward: TracedForward, nameOf: TimmName) {
  const entries = Object.entries(params);
  const shapeOf = ({ shape }: tf.Tensor, name: string) => {
    if (name.endsWith('.gamma')) return [shape[0]];
    return name === 'conv_head.weight' ? [...shape.slice(0, 2), 1, 1] : shape;
  };
  const made = entries.map(([name, tensor]) => {
    const other = nameOf(name);
    return [other, tf.reshape(tensor, shapeOf(tensor, other))];
  });
  const renamedForward: TracedForward = (own, x) => {
    const original = entries.map(([name, { shape }]) => [
      name,
      tf.reshape(own[nameOf(name)], shape),
    ]);
    return forward(Object.fromEntries(original), x);
  };
  return { params: Object.fromEntries(made) as Params, forward: renamedForward };
}

/** The number of groups, and their different sizes. */
function sizesOf(count: number, sizes: Readonly<Record<string, number>>) {
  return { count, sizes: [...new Set(Object.values(sizes))].sort((a, b) => a - b) };
}
