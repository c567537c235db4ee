import * as tf from '@tensorflow/tfjs-core';
import { onnxParams } from 'perm-lmc/onnx';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import { floats, int64s } from '../../support/onnx/feeds';
import { type GraphGiven, modelBytes } from '../../support/onnx/modelBytes';

beforeAll(() => useBackend('wasm'));

const x = floats([3, 2, 4], 4);

/** A layer whose initial state is a constant. */
function graphOf(state: readonly number[], outputs = ['y']): Omit<GraphGiven, 'inputs'> {
  return {
    nodes: [
      ['Constant', [], ['zeros'], { value: { tensor: { shape: [1, 2, 2], data: state } } }],
      ['Expand', ['zeros', 'shape'], ['state']],
      ['RNN', ['x', 'W', 'R', '', '', 'state'], ['', 'y'], { hidden_size: 2 }],
    ],
    initializers: { W: floats([1, 2, 4], 1), R: floats([1, 2, 2], 2), shape: int64s(1, 2, 2) },
    outputs,
  };
}

it.each([
  ['zeros are no weight', graphOf([0, 0, 0, 0]), ['R', 'W']],
  ['other numbers are a weight', graphOf([0, 0, 1, 0]), ['R', 'W', 'zeros']],
  [
    'zeros that are read elsewhere are a weight',
    graphOf([0, 0, 0, 0], ['y', 'zeros']),
    ['R', 'W', 'zeros'],
  ],
])('an initial state: %s', async (_, graph, names) => {
  const params = onnxParams(modelBytes({ ...graph, inputs: { x } }));
  expect(Object.keys(params).sort()).toEqual(names);
  tf.dispose(params);
  await expectLikeReference(graph, { x });
});
