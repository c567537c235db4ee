import * as tf from '@tensorflow/tfjs-core';
import { onnxParams } from 'perm-lmc/onnx';
import { expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { floats } from '../../support/onnx/feeds';
import { modelBytes } from '../../support/onnx/modelBytes';

await useBackend('cpu');

it('the values of a Buffer of Node are those of its bytes', async () => {
  const bytes = modelBytes({
    nodes: [['MatMul', ['x', 'w'], ['y']]],
    inputs: { x: { shape: [1, 2] } },
    initializers: { w: floats([2, 3]) },
    outputs: ['y'],
  });
  const [plain, buffer] = [bytes, Buffer.from(bytes)].map((each) => onnxParams(each));
  expect(await buffer.w.data()).toEqual(await plain.w.data());
  tf.dispose([plain, buffer]);
});
