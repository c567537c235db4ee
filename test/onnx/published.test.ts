import * as tf from '@tensorflow/tfjs-core';
import { type Params, permute, randomPermutations, weightMatch } from 'perm-lmc';
import { onnxForward, onnxNetwork, onnxParams, writeOnnx } from 'perm-lmc/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectClose } from '../support/onnx/expectClose';
import { feedTensor } from '../support/onnx/expectLikeReference';
import { publishedOnnx, unfixedSilero } from '../support/onnx/publishedOnnx';
import { type ReferenceOutput, referenceOutputs } from '../support/onnx/referenceOutputs';

await useBackend('wasm');

const models = publishedOnnx().map((model) => [model.name, model] as const);

describe.each(models)('%s', (_, { bytes, feeds, groups }) => {
  const input = Object.fromEntries(
    Object.entries(feeds).map(([name, given]) => [name, feedTensor(given)]),
  );
  const open = () => onnxNetwork<tf.Tensor | tf.NamedTensorMap>(bytes, { input });
  let network: Awaited<ReturnType<typeof open>>;
  let expected: Record<string, ReferenceOutput>;
  let moved: Params;
  beforeAll(async () => {
    network = await open();
    expected = await referenceOutputs(bytes, feeds);
    const { spec, params } = network;
    moved = permute(spec, params, randomPermutations(spec, params, { seed: 1 }));
  });
  afterAll(() => tf.dispose([network.params, moved, input]));

  it('computes what onnxruntime computes', async () => {
    const result = network.forward(network.params, input);
    const outputs = result instanceof tf.Tensor ? [result] : Object.values(result);
    for (const [i, { shape, data }] of Object.values(expected).entries()) {
      await expectClose(outputs[i], tf.tensor([...data], [...shape]));
    }
  });

  it('has groups whose permutation a written file keeps in onnxruntime', async () => {
    expect(network.spec.groups.length).toBe(groups);
    const outputs = await referenceOutputs(await writeOnnx(bytes, moved), feeds);
    for (const [name, { shape, data }] of Object.entries(outputs)) {
      const own = expected[name].data;
      await expectClose(tf.tensor([...data], [...shape]), tf.tensor([...own], [...shape]));
    }
  });

  it('is recovered from a planted permutation', async () => {
    const { spec, params } = network;
    const { permutations } = await weightMatch(spec, params, moved);
    const found = permute(spec, moved, permutations);
    for (const [name, param] of Object.entries(params)) {
      const distance = tf.norm(tf.sub(found[name], param)).dataSync()[0];
      const size = tf.norm(param).dataSync()[0];
      // Units that hardly differ may change places.
      expect(distance, name).toBeLessThanOrEqual(1e-4 * size);
    }
  });
});

it('is refused where it branches on an input, with what to do', () => {
  const bytes = unfixedSilero();
  const params = onnxParams(bytes);
  const input = {
    input: tf.zeros([1, 512]),
    state: tf.zeros([2, 1, 128]),
    sr: tf.scalar(16_000, 'int32'),
  };
  expect(() => onnxForward(bytes)(params, input)).toThrow(
    'the condition of an If depends on values of the input. Store an input that never changes, such as a sample rate, as an initializer of the model',
  );
  tf.dispose([params, input]);
});
