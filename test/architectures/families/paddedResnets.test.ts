import type * as tf from '@tensorflow/tfjs-core';
import { recogniseArchitecture, verifySpec } from 'perm-lmc';
import { onnxNetwork } from 'perm-lmc/onnx';
import { describe, expect, it } from 'vitest';
import { torchvisionFixture } from '../../support/architectures/torchvisionFixtures';
import { useBackend } from '../../support/backend';

await useBackend('wasm');

describe.each([
  ['resnet_pad_both', 'resnet_pad_end'],
  ['resnet_pad_end', 'resnet_pad_both'],
])('a network of the family %s', (family, other) => {
  const { bytes, x } = torchvisionFixture(family);
  const load = () => onnxNetwork(bytes, { input: x as tf.Tensor });

  it('has fixed streams, with a warning, if the family is not named', async () => {
    const { params, forward } = await load();
    const { spec } = recogniseArchitecture(params);
    expect((await verifySpec(spec, forward, params, [x])).ok).toBe(true);
    expect(spec.groups.map(({ name }) => name)).toEqual(
      ['stage1.block1', 'stage2.block1', 'stage2.block2', 'stage3.block1'].map(
        (block) => `${block}.conv1`,
      ),
    );
    const { fixed, warnings } = spec.derivation!;
    expect(fixed).toContainEqual({
      param: 'conv1.weight',
      axis: 0,
      why: 'a shortcut without parameters adds channels to it, in an order that names and shapes do not show',
    });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^the residual streams around layer2\.0, layer3\.0 are fixed: .*resnet_pad_both/,
      ),
    ]);
  });

  it(`has no symmetries of ${other}`, async () => {
    const { params, forward } = await load();
    const { spec } = recogniseArchitecture(params, { family: other });
    expect((await verifySpec(spec, forward, params, [x])).ok).toBe(false);
  });
});

it('the families of padded shortcuts refuse blocks with other layers', async () => {
  const { bytes, x } = torchvisionFixture('resnet_deep');
  const { params } = await onnxNetwork(bytes, { input: x });
  expect(() => recogniseArchitecture(params, { family: 'resnet_pad_end' })).toThrow(
    /the network has layers in its blocks besides convolutions/,
  );
});
