import * as tf from '@tensorflow/tfjs-core';
import {
  type Params,
  type PermutationSpec,
  permute,
  randomPermutations,
  resnetSpec,
  vggSpec,
  weightMatch,
} from 'perm-lmc';
import { onnxNetwork } from 'perm-lmc/onnx';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectSameFunction, expectSameParams } from '../support/invariants';
import { onnxFixture, stateDict } from '../support/onnx/onnxFixtures';
import { randomTensor } from '../support/randomTensor';

await useBackend('wasm');

const presets: readonly (readonly [string, PermutationSpec])[] = [
  ['resnet', resnetSpec([2, 1, 1, 1], { layout: 'pytorch' })],
  ['bottleneck', resnetSpec([2, 1, 1], { layout: 'pytorch', block: 'bottleneck' })],
  ['vgg', vggSpec(11, { batchNorm: true, layout: 'pytorch' })],
];

describe.each(presets)('the spec derived of %s', (name, preset) => {
  const { files, inputs } = onnxFixture(name, 'whole');

  it('has the symmetries of the preset, and no others', async () => {
    const { params, spec } = await onnxNetwork(files[0].bytes, { input: inputs[0] });
    const drawn: Params = Object.fromEntries(
      Object.entries(params).map(([each, { shape }], i) => [each, randomTensor(shape, i)]),
    );
    for (const [planter, finder] of [
      [preset, spec],
      [spec, preset],
    ]) {
      const planted = permute(planter, drawn, randomPermutations(planter, drawn, { seed: 1 }));
      const { permutations } = await weightMatch(finder, drawn, planted);
      await expectSameParams(permute(finder, planted, permutations), drawn);
    }
  });
});

describe.each(['resnet', 'vgg'])('the spec derived of %s', (name) => {
  it('holds on the state dict of the same network', async () => {
    const { files, inputs } = onnxFixture(name, 'whole');
    const { spec, forward, params } = await onnxNetwork(files[0].bytes, { input: inputs[0] });
    const own = stateDict(name);
    for (const [each, tensor] of Object.entries(params)) {
      expect(Array.from(await own[each].data())).toEqual(Array.from(await tensor.data()));
    }
    // The graph has no counters of batch norm.
    const open: PermutationSpec = { ...spec, unlisted: 'fixed' };
    const moved = permute(open, own, randomPermutations(open, own, { seed: 2 }));
    const names = Object.keys(params);
    const read = (dict: Params) => Object.fromEntries(names.map((each) => [each, dict[each]]));
    const run = (dict: Params, x: tf.Tensor) => forward(read(dict), x) as tf.Tensor;
    await expectSameFunction(run, own, moved, inputs[0]);
    tf.dispose([own, moved, params]);
  });
});
