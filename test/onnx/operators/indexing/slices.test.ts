import { afterConvolution } from '../../../support/onnx/afterConvolution';
import { floats, int64s, integers } from '../../../support/onnx/feeds';
import type { NodeGiven } from '../../../support/onnx/modelBytes';
import { type OperatorCase, testOperators } from '../../../support/onnx/operatorCases';

const x = floats([3, 5, 4]);
const end = 2 ** 63 - 1024;

/** A slice of x by starts, ends, axes and steps. */
const slice = (
  claim: string,
  bounds: readonly (readonly number[])[],
  feed = x,
  outputTypes = {},
): OperatorCase => {
  const names = ['starts', 'ends', 'axes', 'steps'].slice(0, bounds.length);
  const initializers = Object.fromEntries(names.map((name, i) => [name, int64s(...bounds[i])]));
  const nodes: NodeGiven[] = [['Slice', ['x', ...names], ['y']]];
  return [claim, { nodes, initializers, outputs: ['y'], outputTypes }, { x: feed }];
};

const image = (claim: string, bounds: readonly (readonly number[])[]): OperatorCase => {
  const names = ['starts', 'ends', 'axes', 'steps'];
  const initializers = Object.fromEntries(names.map((name, i) => [name, int64s(...bounds[i])]));
  const { graph, feeds } = afterConvolution(
    [
      ['Slice', ['x', ...names], ['s']],
      ['Relu', ['s'], ['y']],
    ],
    ['y'],
    { initializers },
  );
  return [claim, graph, feeds];
};

testOperators([
  [
    'Slice 9 takes bounds as attributes',
    {
      nodes: [['Slice', ['x'], ['y'], { starts: [1, -3], ends: [9, -1], axes: [0, 1] }]],
      outputs: ['y'],
    },
    { x },
    { opset: 9 },
  ],
  slice('Slice without axes', [
    [0, 1],
    [2, 3],
  ]),
  slice('Slice of negative axes to the largest end', [[1], [end], [-1]]),
  slice(
    'Slice of five axes',
    [
      [1, 0, -2],
      [3, 1, end],
      [1, 2, 4],
    ],
    floats([2, 4, 3, 1, 5]),
  ),
  slice('Slice of five axes that is empty', [[2], [1], [3]], floats([2, 1, 3, 4, 2])),
  slice('Slice that is empty', [[4], [2], [1]]),
  slice('Slice with steps', [
    [0, 1],
    [end, end],
    [1, 2],
    [2, 2],
  ]),
  slice('Slice backwards to the least end', [[-1], [-end], [1], [-1]]),
  slice('Slice backwards with steps', [
    [9, -2],
    [-9, 0],
    [0, 1],
    [-2, -2],
  ]),
  slice('Slice of integers with steps', [[0], [end], [1], [2]], integers([2, 5], 9), {
    y: 'int64',
  }),
  slice(
    'Slice of five axes with steps',
    [
      [0, 3, 1],
      [end, -end, end],
      [1, 3, 4],
      [2, -2, 1],
    ],
    floats([2, 3, 2, 4, 3]),
  ),
  image('Slice of the channels and columns of an image', [
    [1, -1],
    [4, -end],
    [1, 3],
    [1, -2],
  ]),
  [
    'Slices of a shape on the host',
    {
      nodes: [
        ['Shape', ['x'], ['s']],
        ['Slice', ['s', 'from', 'to', 'axis', 'step'], ['r']],
        ['Reshape', ['x', 'r'], ['y']],
      ],
      initializers: {
        from: int64s(-1),
        to: int64s(-end),
        axis: int64s(0),
        step: int64s(-1),
      },
      outputs: ['y'],
    },
    { x },
  ],
]);
