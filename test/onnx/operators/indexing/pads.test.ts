import { afterConvolution } from '../../../support/onnx/afterConvolution';
import { floats, given, int64s, integers } from '../../../support/onnx/feeds';
import type { NodeGiven } from '../../../support/onnx/modelBytes';
import { type OperatorCase, testOperators } from '../../../support/onnx/operatorCases';

const x = floats([2, 4, 3]);

const pad = (
  claim: string,
  mode: string,
  pads: readonly number[],
  opset = 19,
  feed = x,
): OperatorCase => [
  claim,
  {
    nodes: [['Pad', ['x', 'p'], ['y'], { mode }]],
    initializers: { p: int64s(...pads) },
    outputs: ['y'],
  },
  { x: feed },
  { opset },
];

const image = (claim: string, mode: string, pads: readonly number[]): OperatorCase => {
  const { graph, feeds } = afterConvolution(
    [
      ['Pad', ['x', 'p'], ['s'], { mode }],
      ['Relu', ['s'], ['y']],
    ],
    ['y'],
    { initializers: { p: int64s(...pads) } },
  );
  return [claim, graph, feeds];
};

const node = (...given: NodeGiven) => given;

testOperators([
  [
    'Pad 2 takes amounts and a value as attributes',
    {
      nodes: [node('Pad', ['x'], ['y'], { pads: [0, 1, 0, 0, 2, 1], value: { float: 1.5 } })],
      outputs: ['y'],
    },
    { x },
    { opset: 10 },
  ],
  [
    'Pad 11 takes amounts and a value as inputs',
    {
      nodes: [node('Pad', ['x', 'p', 'v'], ['y'])],
      initializers: { p: int64s(1, 0, 0, 0, 0, 2), v: given([-2], []) },
      outputs: ['y'],
    },
    { x },
    { opset: 11 },
  ],
  [
    'Pad 18 takes axes',
    {
      nodes: [node('Pad', ['x', 'p', '', 'a'], ['y'])],
      initializers: { p: int64s(1, 2, 3, 0), a: int64s(-1, 0) },
      outputs: ['y'],
    },
    { x },
    { opset: 18 },
  ],
  [
    'Pad of integers',
    {
      nodes: [node('Pad', ['x', 'p', 'v'], ['y'])],
      initializers: { p: int64s(0, 1, 1, 0), v: given([7], [], 'int64') },
      outputs: ['y'],
      outputTypes: { y: 'int64' },
    },
    { x: integers([2, 2], 5) },
  ],
  [
    'Pad with negative infinity',
    {
      nodes: [node('Pad', ['x', 'p', 'v'], ['y'])],
      initializers: { p: int64s(0, 0, 1, 0, 0, 1), v: given([-Infinity], []) },
      outputs: ['y'],
    },
    { x },
  ],
  pad('Pad crops by negative amounts', 'constant', [-1, 2, 0, 0, -1, -1]),
  pad('Pad of five axes', 'constant', [0, 1, 0, 2, 0, 0, 0, 1, 0, 1], 19, floats([1, 2, 2, 2, 2])),
  pad(
    'Pad of seven axes',
    'constant',
    [0, 1, 0, 2, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0],
    19,
    floats([1, 2, 2, 1, 2, 2, 2]),
  ),
  ...['reflect', 'edge', 'wrap'].map((mode) =>
    pad(`Pad with the mode ${mode}`, mode, [1, 2, 0, 0, 3, 2]),
  ),
  pad('Pad with the mode edge after a crop', 'edge', [0, -1, 2, 0, 3, 0]),
  image('Pad of the rows and columns of an image', 'constant', [0, 0, 1, 2, 0, 0, 0, 1]),
  image('Pad of the channels of an image', 'constant', [0, 1, 0, 0, 0, 2, 0, 0]),
  image('Pad of an image by reflection', 'reflect', [0, 0, 1, 2, 0, 0, 2, 1]),
  [
    'Pad of a shape on the host',
    {
      nodes: [
        node('Shape', ['x'], ['s']),
        node('Pad', ['s', 'p', 'v'], ['t']),
        node('Expand', ['x', 't'], ['y']),
      ],
      initializers: { p: int64s(2, 0), v: given([3], [], 'int64') },
      outputs: ['y'],
    },
    { x },
  ],
  [
    'CenterCropPad crops one axis and pads the other',
    {
      nodes: [node('CenterCropPad', ['x', 's'], ['y'], { axes: [-1, 1] })],
      initializers: { s: int64s(6, 1) },
      outputs: ['y'],
    },
    { x },
    { opset: 18 },
  ],
]);
