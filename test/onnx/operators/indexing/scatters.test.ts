import * as tf from '@tensorflow/tfjs-core';
import { onnxForward } from 'perm-lmc/onnx';
import { describe, expect, it } from 'vitest';
import { floats, given, int64s } from '../../../support/onnx/feeds';
import { modelBytes, type NodeGiven } from '../../../support/onnx/modelBytes';
import { type OperatorCase, testOperators } from '../../../support/onnx/operatorCases';

const x = floats([4, 3]);

const scatter = (
  claim: string,
  [op, attributes]: readonly [string, Record<string, string | number>],
  i: ReturnType<typeof given>,
  u: ReturnType<typeof given>,
  opset = 18,
): OperatorCase => [
  claim,
  { nodes: [[op, ['x', 'i', 'u'], ['y'], attributes]], initializers: { i }, outputs: ['y'] },
  { x, u },
  { opset },
];

const fed = ([claim, graph, feeds, settings]: OperatorCase): OperatorCase => [
  `${claim}, of the input`,
  { ...graph, initializers: {} },
  { ...feeds, i: graph.initializers!.i },
  settings,
];

const rows = scatter(
  'ScatterND of rows',
  ['ScatterND', {}],
  given([2, -4], [2, 1], 'int64'),
  floats([2, 3], 2),
  11,
);
const elements = scatter(
  'ScatterElements on axis 1',
  ['ScatterElements', { axis: 1 }],
  given([2, -3, 0, 1], [2, 2], 'int64'),
  floats([2, 2], 2),
);
const sums = scatter(
  'ScatterND adds all updates of a row',
  ['ScatterND', { reduction: 'add' }],
  given([2, 0, 2], [3, 1], 'int64'),
  floats([3, 3], 2),
);

testOperators([
  rows,
  fed(rows),
  elements,
  fed(elements),
  sums,
  fed(sums),
  scatter(
    'ScatterND of neighbouring rows',
    ['ScatterND', {}],
    given([1, 2], [2, 1], 'int64'),
    floats([2, 3], 2),
  ),
  scatter(
    'ScatterND of all rows',
    ['ScatterND', {}],
    given([0, 1, 2, 3], [4, 1], 'int64'),
    floats([4, 3], 2),
  ),
  scatter(
    'ScatterND of elements',
    ['ScatterND', {}],
    given([3, 0, 0, -1], [2, 2], 'int64'),
    floats([2], 2),
  ),
  ...['mul', 'max', 'min'].map((reduction) =>
    scatter(
      `ScatterND with the reduction ${reduction} of several updates of a row`,
      ['ScatterND', { reduction }],
      given([2, 0, 2, 2], [4, 1], 'int64'),
      floats([4, 3], 2),
    ),
  ),
  ...['add', 'mul', 'max', 'min'].map((reduction) =>
    scatter(
      `ScatterElements with the reduction ${reduction} of several updates of an element`,
      ['ScatterElements', { reduction }],
      given([1, 0, 1, 0, 1, 2], [2, 3], 'int64'),
      floats([2, 3], 2),
    ),
  ),
  scatter(
    'Scatter of opset 9',
    ['Scatter', {}],
    given([1, 0, 3], [1, 3], 'int64'),
    floats([1, 3], 2),
    9,
  ),
  [
    'ScatterND of a shape on the host',
    {
      nodes: [
        ['Shape', ['x'], ['s']],
        ['ScatterND', ['s', 'i', 'u'], ['t']],
        ['Reshape', ['x', 't'], ['y']],
      ] as NodeGiven[],
      initializers: { i: given([0, -1], [2, 1], 'int64'), u: int64s(6, -1) },
      outputs: ['y'],
    },
    { x },
  ],
]);

describe('ScatterND', () => {
  it('refuses products at positions that depend on the input', () => {
    const bytes = modelBytes(
      {
        nodes: [['ScatterND', ['x', 'i', 'u'], ['y'], { reduction: 'mul' }]],
        inputs: { x, i: given([1], [1, 1], 'int64'), u: floats([1, 3]) },
        outputs: ['y'],
      },
      { opset: 16 },
    );
    const inputs = { x: tf.zeros([4, 3]), i: tf.zeros([1, 1], 'int32'), u: tf.zeros([1, 3]) };
    expect(() => onnxForward(bytes)({}, inputs)).toThrow("the reduction 'mul' at positions");
    tf.dispose(inputs);
  });
});
