import * as tf from '@tensorflow/tfjs-core';
import {
  type ModelConfig,
  type Params,
  permute,
  recogniseArchitecture,
  weightMatch,
} from 'perm-lmc';
import { type OnnxNetwork, onnxNetwork } from 'perm-lmc/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recogniseShapes } from '../../src/architectures/internal';
import { expectSpecHolds } from '../support/architectures/expectSpecHolds';
import { plantedPermutations } from '../support/architectures/plantedPermutations';
import {
  torchvisionFixture,
  torchvisionFixtures,
  torchvisionShapes,
} from '../support/architectures/torchvisionFixtures';
import { useBackend } from '../support/backend';
import { expectSameParams } from '../support/invariants';
import { expectClose } from '../support/onnx/expectClose';
import { randomTensor } from '../support/randomTensor';

await useBackend('wasm');

/** The families of networks that names and shapes alone do not determine. */
const asked: Readonly<Record<string, string>> = {
  resnet_pad_both: 'resnet_pad_both',
  resnet_pad_end: 'resnet_pad_end',
};

/** The configurations of small networks whose shapes do not tell enough. */
const configs: Readonly<Record<string, ModelConfig>> = { vit: { num_attention_heads: 3 } };

describe.each(torchvisionFixtures)('a small %s of torchvision', (name) => {
  const { bytes, x, y } = torchvisionFixture(name);

  const recognised = (params: Params) =>
    recogniseArchitecture(params, { family: asked[name], config: configs[name] }).spec;
  let network: OnnxNetwork<tf.Tensor>;
  beforeAll(async () => {
    network = await onnxNetwork<tf.Tensor>(bytes, { input: x });
  });
  afterAll(() => tf.dispose([network?.params, x, y]));

  it('is recognised, with a spec that holds', async () => {
    const { params, forward } = network;
    await expectClose(forward(params, x), y);
    await expectSpecHolds({ spec: recognised(params), forward, params, inputs: [x] });
  });

  it('has all symmetries that its graph shows', async () => {
    const { params, spec: derived } = network;
    const spec = recognised(params);
    const drawn = Object.fromEntries(
      Object.entries(params).map(([each, { shape }], i) => [each, randomTensor(shape, i)]),
    );
    const planted = permute(derived, drawn, plantedPermutations(derived, drawn));
    const { permutations } = await weightMatch(spec, drawn, planted);
    await expectSameParams(permute(spec, planted, permutations), drawn);
  });
});

/** The families by the names of torchvision's models. */
const families: readonly (readonly [pattern: RegExp, family: string])[] = [
  [/^(wide_)?resne[xt]/, 'resnet'],
  [/^alexnet/, 'alexnet'],
  [/^vgg/, 'vgg'],
  [/^squeezenet/, 'squeezenet'],
  [/^densenet/, 'densenet'],
  [/^googlenet/, 'googlenet'],
  [/^inception_v3/, 'inception'],
  [/^shufflenet/, 'shufflenet'],
  [/^mobilenet_v2/, 'mobilenet_v2'],
  [/^mobilenet_v3/, 'mobilenet_v3'],
  [/^mnasnet/, 'mnasnet'],
  [/^efficientnet/, 'efficientnet'],
  [/^convnext/, 'convnext'],
  [/^regnet/, 'regnet'],
  [/^vit/, 'vit'],
  [/^swin/, 'swin'],
  [/^maxvit/, 'maxvit'],
];

describe.each(Object.entries(torchvisionShapes()))('%s of torchvision', (name, shapes) => {
  it('is recognised by its names and shapes', () => {
    const { found } = recogniseShapes({ shapes, config: null });
    expect(found.map((each) => each.family)).toEqual([
      families.find(([pattern]) => pattern.test(name))?.[1],
    ]);
  });
});
