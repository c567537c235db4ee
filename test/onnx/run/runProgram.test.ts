import * as tf from '@tensorflow/tfjs-core';
import { onnxForward, onnxParams } from 'perm-lmc/onnx';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import { floats } from '../../support/onnx/feeds';
import { modelBytes, type NodeGiven } from '../../support/onnx/modelBytes';

beforeAll(() => useBackend('cpu'));

it('tensors of a value are kept while another value stores them', async () => {
  const nodes: NodeGiven[] = [
    ['Relu', ['x'], ['h']],
    ['Transpose', ['h'], ['t'], { perm: [1, 0] }],
    ['Identity', ['h'], ['alias']],
    ['Add', ['h', 'h'], ['twice']],
    ['MatMul', ['twice', 't'], ['square']],
    ['MatMul', ['square', 'alias'], ['y']],
  ];
  await expectLikeReference({ nodes, outputs: ['y'] }, { x: floats([3, 4]) });
});

it('tensors are disposed after their last use', async () => {
  const nodes = Array.from({ length: 30 }, (_, k): NodeGiven => ['Relu', [`x${k}`], [`x${k + 1}`]]);
  const inputs = { x0: { shape: [1000] } };
  const bytes = modelBytes({ nodes, inputs, outputs: ['x30'] });
  const [params, forward, x] = [onnxParams(bytes), onnxForward(bytes), tf.ones([1000])];
  const before = tf.memory().numBytes;
  const { peakBytes } = await tf.profile(() => forward(params, x));
  expect(peakBytes - before).toBeLessThanOrEqual(3 * 4000);
  x.dispose();
});
