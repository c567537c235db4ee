import { afterConvolution } from '../../../support/onnx/afterConvolution';
import { floats, given, int64s, integers } from '../../../support/onnx/feeds';
import type { GraphGiven, NodeGiven } from '../../../support/onnx/modelBytes';
import { type OperatorCase, testOperators } from '../../../support/onnx/operatorCases';

const one = (node: NodeGiven, initializers = {}, rest: Partial<GraphGiven> = {}) => ({
  ...rest,
  nodes: [node],
  initializers,
  outputs: ['y'],
});

const image = (claim: string, nodes: NodeGiven[], initializers = {}): OperatorCase => {
  const { graph, feeds } = afterConvolution(nodes, ['y'], { initializers });
  return [claim, graph, feeds];
};

testOperators([
  [
    'Expand broadcasts both ways',
    one(['Expand', ['x', 's'], ['y']], { s: int64s(4, 1, 1, 2) }),
    { x: floats([3, 1]) },
  ],
  [
    'Expand by a smaller shape changes nothing',
    one(['Expand', ['x', 's'], ['y']], { s: int64s(1) }),
    { x: floats([2, 3]) },
  ],
  [
    'Expand of integers',
    one(['Expand', ['x', 's'], ['y']], { s: int64s(2, 3) }, { outputTypes: { y: 'int64' } }),
    { x: integers([2, 1], 9) },
  ],
  [
    'Expand of booleans',
    one(['Expand', ['x', 's'], ['y']], { s: int64s(2, 3) }, { outputTypes: { y: 'bool' } }),
    { x: given([1, 0], [2, 1], 'bool') },
  ],
  image(
    'Expand of a row of an image',
    [
      ['Slice', ['x', 'zero', 'end', 'axis'], ['row']],
      ['Expand', ['row', 's'], ['y']],
    ],
    { zero: int64s(0), end: int64s(1), axis: int64s(2), s: int64s(1, 1, 6, 1) },
  ),
  [
    'Expand of a list on the host',
    {
      nodes: [
        ['Expand', ['two', 'count'], ['s']],
        ['Tile', ['x', 's'], ['y']],
      ],
      initializers: { two: int64s(2), count: int64s(3) },
      outputs: ['y'],
    },
    { x: floats([1, 3, 2]) },
  ],
  ['Tile', one(['Tile', ['x', 'r'], ['y']], { r: int64s(2, 1, 3) }), { x: floats([2, 3, 2]) }],
  [
    'Tile of integers',
    one(['Tile', ['x', 'r'], ['y']], { r: int64s(2, 2) }, { outputTypes: { y: 'int64' } }),
    { x: integers([2, 3], 9) },
  ],
  image('Tile of an image', [['Tile', ['x', 'r'], ['y']]], { r: int64s(1, 2, 1, 3) }),
  [
    'Tile of a shape on the host',
    {
      nodes: [
        ['Shape', ['x'], ['s']],
        ['Tile', ['s', 'twice'], ['t']],
        ['Expand', ['x', 't'], ['y']],
      ],
      initializers: { twice: int64s(2) },
      outputs: ['y'],
    },
    { x: floats([2, 3]) },
  ],
]);
