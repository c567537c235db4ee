import * as tf from '@tensorflow/tfjs-core';
import { onnxParams } from 'perm-lmc/onnx';
import { expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectSameParams } from '../../support/invariants';
import { floats } from '../../support/onnx/feeds';
import { modelBytes } from '../../support/onnx/modelBytes';

await useBackend('cpu');

it('reads a Buffer of Node, which begins anywhere in its memory, as a Uint8Array', async () => {
  const bytes = modelBytes({
    inputs: { x: { shape: [2, 3] } },
    initializers: { w: floats([3, 4]) },
    nodes: [['MatMul', ['x', 'w'], ['y']]],
    outputs: ['y'],
  });
  const memory = Buffer.alloc(bytes.length + 3);
  memory.set(bytes, 3);
  const [params, expected] = [onnxParams(memory.subarray(3)), onnxParams(bytes)];
  await expectSameParams(params, expected);
  expect(await params.w.data()).toEqual(Float32Array.from(floats([3, 4]).data));
  tf.dispose([params, expected]);
});
