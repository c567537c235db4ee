import { afterConvolution } from '../../../support/onnx/afterConvolution';
import { floats, given, int64s, integers } from '../../../support/onnx/feeds';
import type { NodeGiven } from '../../../support/onnx/modelBytes';
import { type OperatorCase, testOperators } from '../../../support/onnx/operatorCases';

const x = floats([3, 5, 4]);

const gather = (claim: string, indices: ReturnType<typeof given>, axis: number): OperatorCase[] => {
  const node: NodeGiven = ['Gather', ['x', 'i'], ['y'], { axis }];
  return [
    [`${claim}, constants`, { nodes: [node], initializers: { i: indices }, outputs: ['y'] }, { x }],
    [`${claim}, of the input`, { nodes: [node], outputs: ['y'] }, { x, i: indices }],
  ];
};

const image = afterConvolution(
  [
    ['Gather', ['x', 'i'], ['g'], { axis: 1 }],
    ['Relu', ['g'], ['y']],
  ],
  ['y'],
  { initializers: { i: int64s(3, 0, 0) } },
);

testOperators([
  ...gather('Gather at a scalar', given([-2], [], 'int64'), 1),
  ...gather('Gather at a list', int64s(4, 0, -1), 1),
  ...gather('Gather at a matrix', given([0, -1, 2, 2], [2, 2], 'int64'), -1),
  ...gather('Gather at evenly spaced positions', int64s(0, 2, 4), 1),
  ...gather('Gather at nothing', int64s(), 0),
  [
    'Gather of queries, keys and values of five axes',
    {
      nodes: [
        ['Transpose', ['qkv'], ['t'], { perm: [2, 0, 3, 1, 4] }],
        ['Gather', ['t', 'i'], ['y'], { axis: 0 }],
      ],
      initializers: { i: given([1], [], 'int64') },
      outputs: ['y'],
    },
    { qkv: floats([2, 4, 3, 2, 5]) },
  ],
  ['Gather of the channels of an image', image.graph, image.feeds],
  [
    'Gather of rows of an embedding',
    {
      nodes: [['Gather', ['table', 'i'], ['y']]],
      initializers: { table: floats([7, 3]) },
      outputs: ['y'],
    },
    { i: integers([2, 4], 7) },
  ],
  [
    'Gather of integers of the input',
    {
      nodes: [['Gather', ['x', 'i'], ['y'], { axis: 1 }]],
      outputs: ['y'],
      outputTypes: { y: 'int64' },
    },
    { x: integers([2, 3], 9), i: int64s(2, -3) },
  ],
  [
    'Gather of a size of a shape',
    {
      nodes: [
        ['Shape', ['x'], ['s']],
        ['Gather', ['s', 'last'], ['n']],
        ['Unsqueeze', ['n', 'zero'], ['u']],
        ['Concat', ['u', 'rest'], ['t'], { axis: 0 }],
        ['Reshape', ['x', 't'], ['y']],
      ],
      initializers: { last: given([-1], [], 'int64'), zero: int64s(0), rest: int64s(-1) },
      outputs: ['y'],
    },
    { x },
  ],
]);
