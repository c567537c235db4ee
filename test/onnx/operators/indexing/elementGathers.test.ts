import { floats, given, int64s, integers } from '../../../support/onnx/feeds';
import type { NodeGiven } from '../../../support/onnx/modelBytes';
import { type OperatorCase, testOperators } from '../../../support/onnx/operatorCases';

const x = floats([2, 3, 4]);

/** The node on a float input and an index that is a constant or an input. */
const both = (
  claim: string,
  [op, attributes]: readonly [string, Record<string, number>],
  i: ReturnType<typeof given>,
  feed = x,
): OperatorCase[] => {
  const node: NodeGiven = [op, ['x', 'i'], ['y'], attributes];
  return [
    [`${claim}, constants`, { nodes: [node], initializers: { i }, outputs: ['y'] }, { x: feed }],
    [`${claim}, of the input`, { nodes: [node], outputs: ['y'] }, { x: feed, i }],
  ];
};

const repeated = given([2, 0, 1, -1, 2, 0, 1, -1], [2, 1, 4], 'int64');

testOperators([
  ...both('GatherElements on axis 0', ['GatherElements', {}], integers([3, 2, 4], 2)),
  ...both(
    'GatherElements on the last axis',
    ['GatherElements', { axis: -1 }],
    integers([2, 3, 2], 4),
  ),
  ...both(
    'GatherElements at negative indices',
    ['GatherElements', { axis: 1 }],
    given([-1, -3, 0], [1, 1, 3], 'int64'),
  ),
  ...both(
    'GatherElements at indices that an axis shares',
    ['GatherElements', { axis: 1 }],
    repeated,
  ),
  ...both('GatherND of elements', ['GatherND', {}], given([1, 2, 3, 0, -1, -4], [2, 3], 'int64')),
  ...both('GatherND of slices', ['GatherND', {}], given([1, 0, 1, -2], [2, 2, 1], 'int64')),
  ...both(
    'GatherND with a batch axis',
    ['GatherND', { batch_dims: 1 }],
    given([2, 0, 0, -1], [2, 1, 2], 'int64'),
  ),
  ...both('GatherND with two batch axes', ['GatherND', { batch_dims: 2 }], integers([2, 3, 1], 4)),
  [
    'GatherElements and GatherND of a shape on the host',
    {
      nodes: [
        ['Shape', ['x'], ['s']],
        ['GatherElements', ['s', 'i'], ['a']],
        ['GatherND', ['s', 'j'], ['b']],
        ['Concat', ['a', 'b'], ['t'], { axis: 0 }],
        ['Reshape', ['x', 't'], ['y']],
      ],
      initializers: { i: int64s(-1, 0), j: given([1], [1, 1], 'int64') },
      outputs: ['y'],
    },
    { x },
  ],
]);
