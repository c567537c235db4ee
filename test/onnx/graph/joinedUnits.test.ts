import * as tf from '@tensorflow/tfjs-core';
import { onnxNetwork } from 'perm-lmc/onnx';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import { floats, int64s } from '../../support/onnx/feeds';
import { type GraphGiven, modelBytes } from '../../support/onnx/modelBytes';

beforeAll(() => useBackend('wasm'));

/** Two sequences of three steps through a bidirectional GRU of two units each, as PyTorch exports it. */
function graphOf(shape: readonly number[]): Omit<GraphGiven, 'inputs'> {
  return {
    nodes: [
      ['GRU', ['x', 'W', 'R', 'B'], ['Y'], { direction: 'bidirectional', hidden_size: 2 }],
      ['Transpose', ['Y'], ['moved'], { perm: [0, 2, 1, 3] }],
      ['Reshape', ['moved', 'shape'], ['units']],
      ['MatMul', ['units', 'head'], ['y']],
    ],
    initializers: {
      W: floats([2, 6, 4], 1),
      R: floats([2, 6, 2], 2),
      B: floats([2, 12], 3),
      shape: int64s(...shape),
      head: floats([4, 3], 4),
    },
    outputs: ['y'],
  };
}

const x = floats([3, 2, 4], 5);

it.each([[[0, 0, -1]], [[3, 2, 4]], [[-1, 4]]])(
  'units of both directions are joined by the shape %j',
  async (shape) => {
    await expectLikeReference(graphOf(shape), { x });
  },
);

it('the units of each direction are a group', async () => {
  const bytes = modelBytes({ ...graphOf([0, 0, -1]), inputs: { x } });
  const input = tf.tensor(Array.from(x.data), [...x.shape]);
  const { spec, params } = await onnxNetwork(bytes, { input });
  expect(spec.groups.map(({ size }) => size)).toEqual([2, 2]);
  tf.dispose([params, input]);
});
