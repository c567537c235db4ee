import { floats, given, int64s } from '../../../support/onnx/feeds';
import type { NodeGiven } from '../../../support/onnx/modelBytes';
import { testOperators } from '../../../support/onnx/operatorCases';

const x = floats([2, 5, 3]);
const node = (...each: NodeGiven) => each;

testOperators([
  [
    'NonZero of constants are positions on the host',
    {
      nodes: [
        node('NonZero', ['mask'], ['found']),
        node('Squeeze', ['found', 'zero'], ['i']),
        node('Gather', ['x', 'i'], ['y'], { axis: 1 }),
      ],
      initializers: { mask: given([1, 0, 1, 1, 0], [5], 'bool'), zero: int64s(0) },
      outputs: ['y'],
    },
    { x },
  ],
  [
    'NonZero of a matrix',
    {
      nodes: [node('NonZero', ['m'], ['y'])],
      initializers: { m: given([0, 3, 0, 5, 0, -1], [2, 3], 'int64') },
      inputs: {},
      outputs: ['y'],
      outputTypes: { y: 'int64' },
    },
    {},
  ],
  [
    'Compress of slices by a shorter condition',
    {
      nodes: [node('Compress', ['x', 'c'], ['y'], { axis: -2 })],
      initializers: { c: given([0, 1, 1], [3], 'bool') },
      outputs: ['y'],
    },
    { x },
  ],
  [
    'Compress of elements',
    {
      nodes: [node('Compress', ['x', 'c'], ['y'])],
      initializers: { c: given([0, 1, 0, 0, 1, 1], [6], 'bool') },
      outputs: ['y'],
    },
    { x },
  ],
  ...[1, 0].map(
    (sorted) =>
      [
        `Unique with sorted ${sorted}`,
        {
          nodes: [node('Unique', ['i'], ['u', 'first', 'back', 'count'], { sorted })],
          initializers: { i: int64s(3, 1, 3, 2, 1, 3) },
          inputs: {},
          outputs: ['u', 'first', 'back', 'count'],
          outputTypes: { u: 'int64', first: 'int64', back: 'int64', count: 'int64' },
        },
        {},
      ] as const,
  ),
  [
    'Unique rows',
    {
      nodes: [node('Unique', ['i'], ['u', 'first', 'back', 'count'], { axis: 0 })],
      initializers: { i: given([2, 1, 1, 9, 2, 1, 1, 3], [4, 2], 'int64') },
      inputs: {},
      outputs: ['u', 'first', 'back', 'count'],
      outputTypes: { u: 'int64', first: 'int64', back: 'int64', count: 'int64' },
    },
    {},
  ],
]);
