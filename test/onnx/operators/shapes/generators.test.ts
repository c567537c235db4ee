import { floats, given, int64s, integers } from '../../../support/onnx/feeds';
import type { GraphGiven, NodeGiven } from '../../../support/onnx/modelBytes';
import { testOperators } from '../../../support/onnx/operatorCases';

const one = (node: NodeGiven, initializers = {}, rest: Partial<GraphGiven> = {}) => ({
  ...rest,
  nodes: [node],
  initializers,
  outputs: ['y'],
});

const x = floats([2, 3]);

/** Adds the floats of a constant array to the input, so that they become an output. */
const added = (nodes: readonly NodeGiven[], initializers = {}) => ({
  nodes: [...nodes, ['Add', ['x', 'c'], ['y']] as NodeGiven],
  initializers,
  outputs: ['y'],
});

testOperators([
  [
    'ConstantOfShape fills the shape of the input with a value',
    added([
      ['Shape', ['x'], ['s']],
      ['ConstantOfShape', ['s'], ['c'], { value: { tensor: given([2.5]) } }],
    ]),
    { x },
  ],
  [
    'ConstantOfShape fills with zeros by default',
    added([['ConstantOfShape', ['s'], ['c']]], { s: int64s(2, 3) }),
    { x },
  ],
  [
    'Range counts down, and up by floats',
    {
      nodes: [
        ['Range', ['two', 'least', 'down'], ['s']],
        ['Transpose', ['x'], ['t'], { perm: [2, 0, 1] }],
        ['Reshape', ['t', 's'], ['r']],
        ['Range', ['zero', 'one', 'third'], ['c']],
        ['Mul', ['r', 'c'], ['y']],
      ],
      initializers: {
        two: given([3], [], 'int64'),
        least: given([0], [], 'int64'),
        down: given([-1], [], 'int64'),
        zero: given([0], []),
        one: given([0.5], []),
        third: given([0.6], []),
      },
      outputs: ['y'],
    },
    { x: floats([2, 1, 3]) },
  ],
  [
    'Range up to the length of the input picks it whole',
    {
      nodes: [
        ['Shape', ['x'], ['s']],
        ['Gather', ['s', 'axis'], ['n'], { axis: 0 }],
        ['Range', ['zero', 'n', 'two'], ['i']],
        ['Gather', ['x', 'i'], ['y'], { axis: 1 }],
      ],
      initializers: {
        axis: given([1], [], 'int64'),
        zero: given([0], [], 'int64'),
        two: given([2], [], 'int64'),
      },
      outputs: ['y'],
    },
    { x: floats([2, 5]) },
  ],
  ['EyeLike with an offset', one(['EyeLike', ['x'], ['y'], { k: -1 }]), { x: floats([4, 3]) }],
  [
    'EyeLike of another type',
    one(['EyeLike', ['x'], ['y'], { dtype: 7, k: 1 }], {}, { outputTypes: { y: 'int64' } }),
    { x },
  ],
  [
    'OneHot of indices of the input, negative ones and one outside, on the last axis',
    one(['OneHot', ['x', 'depth', 'values'], ['y']], { depth: int64s(4), values: given([0, 1]) }),
    { x: given([0, -1, 3, 7, -4, 2], [2, 3], 'int64') },
  ],
  [
    'OneHot with other values on another axis',
    one(['OneHot', ['x', 'depth', 'values'], ['y'], { axis: 1 }], {
      depth: int64s(4),
      values: given([-0.5, 2.5]),
    }),
    { x: integers([2, 3], 4) },
  ],
  [
    'OneHot of constants on axis 0',
    added([['OneHot', ['i', 'depth', 'values'], ['c'], { axis: 0 }]], {
      i: int64s(1, -2, 9),
      depth: int64s(2),
      values: given([-1, 3]),
    }),
    { x },
  ],
]);
