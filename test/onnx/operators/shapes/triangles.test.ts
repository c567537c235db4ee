import { floats, given, integers } from '../../../support/onnx/feeds';
import type { NodeGiven } from '../../../support/onnx/modelBytes';
import { testOperators } from '../../../support/onnx/operatorCases';

const one = (node: NodeGiven, initializers = {}) => ({
  nodes: [node],
  initializers,
  outputs: ['y'],
});
const at = (k: number) => ({ k: given([k], [], 'int64') });

testOperators([
  ['Trilu keeps the upper triangle', one(['Trilu', ['x'], ['y']]), { x: floats([2, 3, 4]) }],
  [
    'Trilu keeps the lower triangle at an offset',
    one(['Trilu', ['x', 'k'], ['y'], { upper: 0 }], at(-1)),
    { x: floats([2, 4, 3]) },
  ],
  [
    'Trilu of infinities has zeros',
    one(['Trilu', ['x', 'k'], ['y']], at(1)),
    { x: given(new Array(9).fill(-Infinity), [3, 3]) },
  ],
  [
    'Trilu of integers',
    { ...one(['Trilu', ['x'], ['y']]), outputTypes: { y: 'int64' } },
    { x: integers([3, 3], 9) },
  ],
  [
    'Trilu of a mask of constants',
    {
      nodes: [
        ['ConstantOfShape', ['s'], ['f'], { value: { tensor: given([-Infinity]) } }],
        ['Trilu', ['f', 'k'], ['m']],
        ['Add', ['x', 'm'], ['y']],
      ],
      initializers: { s: given([3, 3], [2], 'int64'), ...at(1) },
      outputs: ['y'],
    },
    { x: floats([2, 3, 3]) },
  ],
]);
