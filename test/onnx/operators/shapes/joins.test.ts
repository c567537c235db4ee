import { afterConvolution } from '../../../support/onnx/afterConvolution';
import { floats, int64s, integers } from '../../../support/onnx/feeds';
import type { NodeGiven } from '../../../support/onnx/modelBytes';
import { type OperatorCase, testOperators } from '../../../support/onnx/operatorCases';

const x = floats([2, 6, 3]);

const parts = (node: NodeGiven, initializers = {}) => ({
  nodes: [node],
  initializers,
  outputs: [...node[2]],
});

const image = (
  claim: string,
  nodes: NodeGiven[],
  outputs = ['y'],
  initializers = {},
): OperatorCase => {
  const { graph, feeds } = afterConvolution(nodes, outputs, { initializers });
  return [claim, graph, feeds];
};

testOperators([
  [
    'Split of five axes',
    parts(['Split', ['w', 'sizes'], ['a', 'b'], { axis: 2 }], { sizes: int64s(1, 3) }),
    { w: floats([2, 3, 4, 1, 2]) },
  ],
  [
    'Concat along a negative axis',
    parts(['Concat', ['x', 'z', 'x'], ['y'], { axis: -2 }]),
    { x, z: floats([2, 1, 3], 2) },
  ],
  [
    'Concat leaves out empty inputs',
    parts(['Concat', ['e', 'x', 'e'], ['y'], { axis: 1 }]),
    { x, e: floats([2, 0, 3]) },
  ],
  [
    'Concat of integers',
    { ...parts(['Concat', ['x', 'z'], ['y'], { axis: 0 }]), outputTypes: { y: 'int64' } },
    { x: integers([2, 3], 9), z: integers([1, 3], 9) },
  ],
  [
    'Concat of a tensor and a constant',
    {
      nodes: [
        ['Relu', ['one'], ['r']],
        ['Concat', ['r', 'x'], ['y'], { axis: 1 }],
      ],
      initializers: { one: floats([2, 1, 3], 3) },
      outputs: ['y'],
    },
    { x },
  ],
  image('Concat of images along their channels', [
    ['Relu', ['x'], ['r']],
    ['Concat', ['x', 'r'], ['y'], { axis: 1 }],
  ]),
  image('Concat of images along their width', [
    ['Relu', ['x'], ['r']],
    ['Concat', ['x', 'r'], ['y'], { axis: 3 }],
  ]),
  [
    'Split 11 takes sizes as an attribute',
    parts(['Split', ['x'], ['a', 'b'], { axis: 1, split: [2, 4] }]),
    { x },
    { opset: 11 },
  ],
  [
    'Split 13 takes sizes as an input',
    parts(['Split', ['x', 's'], ['a', 'b', 'c'], { axis: -2 }], { s: int64s(1, 0, 5) }),
    { x },
  ],
  ['Split 13 makes equal parts', parts(['Split', ['x'], ['a', 'b', 'c'], { axis: 1 }]), { x }],
  [
    'Split 18 makes a smaller last part',
    parts(['Split', ['x'], ['a', 'b', 'c', 'd'], { axis: 1, num_outputs: 4 }]),
    { x: floats([1, 7, 2]) },
    { opset: 18 },
  ],
  image(
    'Split of the channels of an image',
    [
      ['Split', ['x'], ['a', 'b'], { axis: 1 }],
      ['Mul', ['a', 'b'], ['y']],
    ],
    ['a', 'y'],
  ),
  [
    'Split of a shape on the host',
    {
      nodes: [
        ['Shape', ['x'], ['s']],
        ['Split', ['s', 'sizes'], ['a', 'b'], { axis: 0 }],
        ['Concat', ['b', 'a'], ['t'], { axis: 0 }],
        ['Reshape', ['x', 't'], ['y']],
      ],
      initializers: { sizes: int64s(1, 2) },
      outputs: ['y'],
    },
    { x },
  ],
]);
