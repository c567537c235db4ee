import * as tf from '@tensorflow/tfjs-core';
import { onnxForward } from 'perm-lmc/onnx';
import { describe, expect, it } from 'vitest';
import { afterConvolution } from '../../../support/onnx/afterConvolution';
import { floats, int64s } from '../../../support/onnx/feeds';
import { modelBytes, type NodeGiven } from '../../../support/onnx/modelBytes';
import { type OperatorCase, testOperators } from '../../../support/onnx/operatorCases';

const x = floats([2, 3, 4]);

const one = (node: NodeGiven, initializers = {}) => ({
  nodes: [node],
  initializers,
  outputs: ['y'],
});

/** A chain of nodes after a convolution, whose image is stored channels-last. */
const image = (claim: string, nodes: NodeGiven[], initializers = {}): OperatorCase => {
  const { graph, feeds } = afterConvolution(nodes, ['y'], { initializers });
  return [claim, graph, feeds];
};

testOperators([
  ['Identity', one(['Identity', ['x'], ['y']]), { x }],
  [
    'Reshape copies sizes for 0 and computes the one that is −1',
    one(['Reshape', ['x', 's'], ['y']], { s: int64s(0, -1, 2) }),
    { x },
  ],
  [
    'Reshape with allowzero keeps a size of 0',
    one(['Reshape', ['x', 's'], ['y'], { allowzero: 1 }], { s: int64s(3, 0, 2) }),
    { x: floats([0, 5]) },
  ],
  [
    'Reshape to a scalar',
    one(['Reshape', ['x', 's'], ['y']], { s: int64s() }),
    { x: floats([1, 1]) },
  ],
  [
    'Reshape takes a shape computed from the input',
    {
      nodes: [
        ['Shape', ['x'], ['s'], { start: 0, end: 1 }],
        ['Concat', ['s', 'rest'], ['t'], { axis: 0 }],
        ['Reshape', ['x', 't'], ['y']],
      ],
      initializers: { rest: int64s(-1) },
      outputs: ['y'],
    },
    { x },
  ],
  ...[0, 1, 2, 3, -1].map(
    (axis): OperatorCase => [
      `Flatten at axis ${axis}`,
      one(['Flatten', ['x'], ['y'], { axis }]),
      { x },
    ],
  ),
  ['Squeeze of all axes of size 1', one(['Squeeze', ['x'], ['y']]), { x: floats([1, 3, 1, 2]) }],
  [
    'Squeeze 11 takes axes as an attribute',
    one(['Squeeze', ['x'], ['y'], { axes: [0, -2] }]),
    { x: floats([1, 3, 1, 2]) },
    { opset: 11 },
  ],
  [
    'Squeeze 13 takes axes as an input',
    one(['Squeeze', ['x', 'a'], ['y']], { a: int64s(-2) }),
    { x: floats([1, 3, 1, 2]) },
  ],
  [
    'Unsqueeze 11 takes axes as an attribute',
    one(['Unsqueeze', ['x'], ['y'], { axes: [0, 4, 2] }]),
    { x },
    { opset: 11 },
  ],
  [
    'Unsqueeze 13 takes axes as an input',
    one(['Unsqueeze', ['x', 'a'], ['y']], { a: int64s(-1, 1) }),
    { x },
  ],
  image('Flatten of an image has the order of the graph', [['Flatten', ['x'], ['y']]]),
  image(
    'Unsqueeze of an image, before each axis and at the end',
    [['Unsqueeze', ['x', 'a'], ['y']]],
    { a: int64s(0, 2, 4, 6) },
  ),
  image(
    'Squeeze and Unsqueeze of an axis of an image',
    [
      ['Unsqueeze', ['x', 'a'], ['u']],
      ['Relu', ['u'], ['r']],
      ['Squeeze', ['r', 'a'], ['y']],
    ],
    { a: int64s(1) },
  ),
  ['Transpose reverses the axes by default', one(['Transpose', ['x'], ['y']]), { x }],
  ['Transpose by perm', one(['Transpose', ['x'], ['y'], { perm: [1, 2, 0] }]), { x }],
  image('Transposes of an image cancel', [
    ['Transpose', ['x'], ['t'], { perm: [0, 2, 3, 1] }],
    ['Relu', ['t'], ['r']],
    ['Transpose', ['r'], ['y'], { perm: [3, 0, 1, 2] }],
  ]),
  [
    'Transpose of an array on the host',
    {
      nodes: [
        ['Reshape', ['list', 'two'], ['m']],
        ['Transpose', ['m'], ['t'], { perm: [1, 0] }],
        ['Reshape', ['t', 'all'], ['s']],
        ['Reshape', ['x', 's'], ['y']],
      ],
      initializers: { list: int64s(2, 4, 3, 1), two: int64s(2, 2), all: int64s(-1) },
      outputs: ['y'],
    },
    { x },
  ],
  [
    'Shape 15 between start and end',
    {
      ...one(['Shape', ['x'], ['y'], { start: -2, end: 3 }]),
      outputTypes: { y: 'int64' },
    },
    { x: floats([2, 3, 4, 5]) },
  ],
  ['Size', { ...one(['Size', ['x'], ['y']]), outputTypes: { y: 'int64' } }, { x }],
]);

describe('Reshape', () => {
  it('refuses a shape of another size and names both', () => {
    const bytes = modelBytes({
      nodes: [['Reshape', ['x', 's'], ['y']]],
      inputs: { x },
      initializers: { s: int64s(5, -1) },
      outputs: ['y'],
    });
    const input = tf.zeros([2, 3, 4]);
    expect(() => onnxForward(bytes)({}, input)).toThrow('[2,3,4] cannot be reshaped to [5,-1]');
    input.dispose();
  });
});
