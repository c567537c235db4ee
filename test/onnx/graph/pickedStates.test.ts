import * as tf from '@tensorflow/tfjs-core';
import { onnxNetwork } from 'perm-lmc/onnx';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import { floats, given } from '../../support/onnx/feeds';
import { type GraphGiven, modelBytes } from '../../support/onnx/modelBytes';

beforeAll(() => useBackend('wasm'));

/** Two layers whose last states are stacked, of which one is picked. */
function graphOf(index: number): Omit<GraphGiven, 'inputs'> {
  return {
    nodes: [
      ['RNN', ['x', 'W0', 'R0'], ['Y0', 'h0'], { hidden_size: 2 }],
      ['Squeeze', ['Y0', 'one'], ['x1']],
      ['RNN', ['x1', 'W1', 'R1'], ['', 'h1'], { hidden_size: 2 }],
      ['Concat', ['h0', 'h1'], ['states'], { axis: 0 }],
      ['Gather', ['states', 'index'], ['last'], { axis: 0 }],
      ['MatMul', ['last', 'head'], ['y']],
    ],
    initializers: {
      W0: floats([1, 2, 4], 1),
      R0: floats([1, 2, 2], 2),
      W1: floats([1, 2, 2], 3),
      R1: floats([1, 2, 2], 4),
      one: given([1], [1], 'int64'),
      index: given([index], [], 'int64'),
      head: floats([2, 3], 5),
    },
    outputs: ['y'],
  };
}

const x = floats([3, 2, 4], 6);

it.each([0, 1, -1, -2])('state %j of a stack is picked', async (index) => {
  await expectLikeReference(graphOf(index), { x });
});

it('the units of layers whose states are stacked are a group each', async () => {
  const bytes = modelBytes({ ...graphOf(-1), inputs: { x } });
  const input = tf.tensor(Array.from(x.data), [...x.shape]);
  const { spec, params } = await onnxNetwork(bytes, { input });
  expect(spec.groups.map(({ size }) => size)).toEqual([2, 2]);
  tf.dispose([params, input]);
});
