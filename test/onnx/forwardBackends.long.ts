import * as tf from '@tensorflow/tfjs-core';
import { formatSpec } from 'perm-lmc';
import { type OnnxInput, onnxForward, onnxNetwork, onnxParams } from 'perm-lmc/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forbidSyncReads } from '../support/forbidSyncReads';
import { expectClose } from '../support/onnx/expectClose';
import { onnxFixture, onnxFixtures } from '../support/onnx/onnxFixtures';
import { canRun, start } from '../support/platform/backends';

/** Architectures that between them have convolutions, recurrence, attention and arithmetic of shapes. */
const derived = ['lenet', 'resnext', 'lstm', 'gpt', 'swin', 'conv3d', 'gptgqa', 'qwen'];

/** One export of each architecture: the kernels are much the same. */
const wholes = onnxFixtures.filter(([, kind]) => kind === 'whole');

// Other tests run these networks on wasm, and all operators on cpu and wasm.
describe.each(['webgpu'] as const)('on the %s backend', (backend) => {
  let allowSyncReads = () => {};
  const expected = new Map<string, string>();
  beforeAll(async () => {
    if (!canRun(backend)) return;
    await start('wasm');
    for (const name of derived) expected.set(name, await derivedSpec(name));
    await start(backend);
    // Kernels for small tensors would run on the processor.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
    allowSyncReads = forbidSyncReads();
  });
  afterAll(() => allowSyncReads());
  const test = it.skipIf(!canRun(backend));

  test.each(wholes)('%s, %s, computes what PyTorch computes', async (name, kind) => {
    const { files, inputs, outputs } = onnxFixture(name, kind);
    const before = tf.memory().numTensors;
    for (const [seed, { bytes, externalData }] of files.slice(0, 1).entries()) {
      const params = onnxParams(bytes, { externalData });
      const forward = onnxForward<tf.Tensor | tf.NamedTensorMap>(bytes, { externalData });
      const found = forward(params, inputOf(inputs));
      const list = found instanceof tf.Tensor ? [found] : Object.values(found);
      for (const [i, output] of list.entries()) await expectClose(output, outputs[seed][i]);
      tf.dispose([params, list]);
    }
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([...inputs, ...outputs.flat()]);
  });

  test.each(derived)('the spec of %s is the one that wasm derives', async (name) => {
    expect(await derivedSpec(name)).toBe(expected.get(name));
  });
});

/** The spec of an architecture's export, as text. */
async function derivedSpec(name: string): Promise<string> {
  const { files, inputs, outputs } = onnxFixture(name, 'whole');
  const { spec, params } = await onnxNetwork(files[0].bytes, { input: inputOf(inputs) });
  expect(spec.groups.length).toBeGreaterThan(1);
  tf.dispose([params, ...inputs, ...outputs.flat()]);
  return formatSpec(spec);
}

function inputOf(inputs: readonly tf.Tensor[]): OnnxInput {
  return inputs.length === 1 ? inputs[0] : [...inputs];
}
