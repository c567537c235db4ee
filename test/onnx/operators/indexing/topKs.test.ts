import { afterConvolution } from '../../../support/onnx/afterConvolution';
import { floats, given, int64s } from '../../../support/onnx/feeds';
import type { NodeGiven } from '../../../support/onnx/modelBytes';
import { type OperatorCase, testOperators } from '../../../support/onnx/operatorCases';

const outputTypes = { i: 'int64' } as const;

const top = (
  claim: string,
  attributes: Record<string, number>,
  k: number,
  x = floats([3, 5, 4]),
): OperatorCase => [
  claim,
  {
    nodes: [['TopK', ['x', 'k'], ['y', 'i'], attributes]],
    initializers: { k: int64s(k) },
    outputs: ['y', 'i'],
    outputTypes,
  },
  { x },
];

const image = afterConvolution(
  [['TopK', ['x', 'k'], ['y', 'i'], { axis: 1 }]] as NodeGiven[],
  ['y', 'i'],
  { initializers: { k: int64s(2) }, outputTypes },
);

testOperators([
  top('TopK of the last axis', {}, 2),
  top('TopK of another axis', { axis: 1 }, 3),
  top('TopK of the smallest', { axis: 0, largest: 0 }, 2),
  top('TopK takes the first of equal elements', {}, 3, given([1, 2, 2, 1, 2, 1], [1, 6])),
  top(
    'TopK of the smallest takes the first of equal elements',
    { largest: 0 },
    3,
    given([1, 2, 2, 1, 2, 1], [1, 6]),
  ),
  [
    'TopK 9 takes k as an attribute',
    { nodes: [['TopK', ['x'], ['y', 'i'], { k: 2 }]], outputs: ['y', 'i'], outputTypes },
    { x: floats([2, 4]) },
    { opset: 9 },
  ],
  ['TopK of the channels of an image', image.graph, image.feeds],
  [
    'TopK of a shape on the host',
    {
      nodes: [
        ['Shape', ['x'], ['s']],
        ['TopK', ['s', 'k'], ['t', 'i'], { largest: 0 }],
        ['Reshape', ['x', 't'], ['r']],
        ['Transpose', ['r'], ['u'], { perm: [2, 1, 0] }],
        ['Gather', ['u', 'i'], ['y']],
      ],
      initializers: { k: int64s(3) },
      outputs: ['y'],
    },
    { x: floats([4, 2, 3]) },
  ],
]);
