import * as tf from '@tensorflow/tfjs-core';
import { onnxForward } from 'perm-lmc/onnx';
import { describe, expect, it } from 'vitest';
import { afterConvolution } from '../../../support/onnx/afterConvolution';
import { floats, given, int64s, integers } from '../../../support/onnx/feeds';
import { type AttributeGiven, modelBytes, type NodeGiven } from '../../../support/onnx/modelBytes';
import { type OperatorCase, testOperators } from '../../../support/onnx/operatorCases';

const x = floats([2, 3, 4, 5]);

type Attributes = Readonly<Record<string, AttributeGiven>>;

const byScales = (
  claim: string,
  scales: readonly number[],
  attributes: Attributes,
  opset = 13,
  feed = x,
): OperatorCase => [
  claim,
  {
    nodes: [['Resize', opset < 11 ? ['x', 's'] : ['x', 'none', 's'], ['y'], attributes]],
    initializers: { s: given(scales), ...(opset < 11 ? {} : { none: given([]) }) },
    outputs: ['y'],
  },
  { x: feed },
  { opset },
];

const bySizes = (
  claim: string,
  sizes: readonly number[],
  attributes: Attributes,
  opset = 19,
): OperatorCase => [
  claim,
  {
    nodes: [['Resize', ['x', '', '', 's'], ['y'], attributes]],
    initializers: { s: int64s(...sizes) },
    outputs: ['y'],
  },
  { x },
  { opset },
];

const image = (claim: string, attributes: Attributes, scales: readonly number[]): OperatorCase => {
  const nodes: NodeGiven[] = [
    ['Resize', ['x', '', 's'], ['r'], attributes],
    ['Relu', ['r'], ['y']],
  ];
  const { graph, feeds } = afterConvolution(nodes, ['y'], { initializers: { s: given(scales) } });
  return [claim, graph, feeds];
};

const transforms = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'];

testOperators([
  ...[
    [1, 1, 2, 3],
    [1, 1, 0.5, 0.6],
  ].flatMap((scales) => [
    byScales(`Resize 10 to nearest neighbours by ${scales}`, scales, {}, 10),
    byScales(`Resize 10 linearly by ${scales}`, scales, { mode: 'linear' }, 10),
  ]),
  ...transforms.flatMap((mode) =>
    ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'].map((rounding) =>
      bySizes(
        `Resize to nearest neighbours at ${mode} coordinates by ${rounding}`,
        [2, 3, 7, 2],
        { coordinate_transformation_mode: mode, nearest_mode: rounding },
        13,
      ),
    ),
  ),
  ...transforms.flatMap((mode) =>
    ['linear', 'cubic'].flatMap((kind) => [
      bySizes(`Resize to sizes, ${kind}, at ${mode} coordinates`, [2, 3, 7, 3], {
        mode: kind,
        coordinate_transformation_mode: mode,
      }),
      byScales(`Resize by scales, ${kind}, at ${mode} coordinates`, [1, 1, 0.6, 2], {
        mode: kind,
        coordinate_transformation_mode: mode,
      }),
    ]),
  ),
  bySizes('Resize to one pixel', [2, 3, 1, 1], {
    mode: 'linear',
    coordinate_transformation_mode: 'align_corners',
  }),
  byScales('Resize 11 takes the scales as input 2', [1, 1, 2, 2], { mode: 'linear' }, 11),
  bySizes('Resize, cubic, with another coefficient and nothing outside', [2, 3, 9, 4], {
    mode: 'cubic',
    cubic_coeff_a: { float: -0.5 },
    exclude_outside: 1,
  }),
  ...['linear', 'cubic'].map((mode) =>
    bySizes(`Resize 18, ${mode}, averages more neighbours of a smaller image`, [2, 3, 2, 3], {
      mode,
      antialias: 1,
    }),
  ),
  bySizes('Resize 18 of some axes', [8, 3], { axes: [-1, 2], mode: 'linear' }),
  ...['not_larger', 'not_smaller'].map((policy) =>
    bySizes(`Resize 18 keeps the aspect ratio, ${policy}`, [9, 8], {
      axes: [2, 3],
      mode: 'linear',
      keep_aspect_ratio_policy: policy,
    }),
  ),
  byScales(
    'Resize 19 at symmetric coordinates',
    [1, 1, 2.3, 1.7],
    { mode: 'linear', coordinate_transformation_mode: 'half_pixel_symmetric' },
    19,
  ),
  byScales('Resize of a sequence', [1, 1, 2.5], { mode: 'linear' }, 13, floats([2, 3, 4])),
  byScales(
    'Resize of a volume',
    [1, 1, 2, 0.5, 2],
    { mode: 'linear' },
    13,
    floats([1, 2, 2, 4, 3]),
  ),
  image('Resize of an image of a convolution to nearest neighbours', {}, [1, 1, 2, 2]),
  image('Resize of an image of a convolution, linear', { mode: 'linear' }, [1, 1, 2, 2]),
  image('Resize of an image of a convolution, cubic', { mode: 'cubic' }, [1, 1, 1.5, 0.5]),
  image('Resize of channels', { mode: 'nearest' }, [1, 2, 1, 1]),
  [
    'Resize of integers to nearest neighbours',
    {
      nodes: [['Resize', ['x', '', 's'], ['y']]],
      initializers: { s: given([1, 1, 2, 1.5]) },
      outputs: ['y'],
      outputTypes: { y: 'int32' },
    },
    { x: integers([1, 2, 3, 4], 9, 'int32') },
  ],
  [
    'Resize to sizes computed from the input',
    {
      nodes: [
        ['Shape', ['x'], ['s']],
        ['Slice', ['s', 'two', 'four'], ['hw']],
        ['Add', ['hw', 'hw'], ['twice']],
        ['Slice', ['s', 'zero', 'two'], ['nc']],
        ['Concat', ['nc', 'twice'], ['sizes'], { axis: 0 }],
        ['Resize', ['x', '', '', 'sizes'], ['y']],
      ],
      initializers: { zero: int64s(0), two: int64s(2), four: int64s(4) },
      outputs: ['y'],
    },
    { x },
  ],
  [
    'Upsample 7 takes scales as an attribute',
    {
      nodes: [['Upsample', ['x'], ['y'], { scales: { floats: [1, 1, 2, 3] } }]],
      outputs: ['y'],
    },
    { x },
    { opset: 7 },
  ],
  [
    'Upsample 9 takes scales as an input',
    {
      nodes: [['Upsample', ['x', 's'], ['y'], { mode: 'linear' }]],
      initializers: { s: given([1, 1, 2, 2]) },
      outputs: ['y'],
    },
    { x },
    { opset: 9 },
  ],
]);

describe('Resize', () => {
  it.each([
    ['the coordinates', { coordinate_transformation_mode: 'tf_crop_and_resize' }],
    ['the mode', { mode: 'area' }],
    ['the nearest mode', { nearest_mode: 'up' }],
  ])('refuses %s that it does not know', (feature, attributes) => {
    const bytes = modelBytes({
      nodes: [['Resize', ['x', '', 's'], ['y'], attributes]],
      inputs: { x },
      initializers: { s: given([1, 1, 2, 2]) },
      outputs: ['y'],
    });
    const input = tf.zeros([2, 3, 4, 5]);
    const before = tf.memory().numTensors;
    expect(() => onnxForward(bytes)({}, input)).toThrow(
      `Resize (opset 17) with ${feature} '${Object.values(attributes)[0]}' is not supported`,
    );
    expect(tf.memory().numTensors).toBe(before);
    input.dispose();
  });
});
