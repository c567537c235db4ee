import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../support/backend';
import { expectLikeReference } from '../../../support/onnx/expectLikeReference';
import { floats } from '../../../support/onnx/feeds';
import type { AttributeGiven } from '../../../support/onnx/modelBytes';
import { operatorBackends } from '../../../support/onnx/operatorBackends';

type Case = readonly [
  claim: string,
  x: readonly number[],
  w: readonly number[],
  attributes?: Readonly<Record<string, AttributeGiven>>,
  bias?: number,
];

const convolutions: readonly Case[] = [
  ['one axis', [2, 3, 9], [4, 3, 3], { strides: [2], pads: [1, 2] }, 4],
  ['one axis with dilation', [2, 3, 9], [4, 3, 3], { dilations: [2] }],
  ['one axis in groups', [2, 4, 9], [6, 2, 3], { group: 2, pads: [1, 1] }, 6],
  ['one axis, depthwise', [2, 4, 9], [4, 1, 3], { group: 4, pads: [2, 0] }, 4],
  ['two axes', [2, 3, 6, 7], [5, 3, 3, 2], {}, 5],
  ['a filter of size 1', [2, 3, 6, 7], [5, 3, 1, 1], { dilations: [3, 3], strides: [2, 2] }],
  ['strides that differ', [2, 3, 9, 7], [5, 3, 3, 2], { strides: [3, 2] }],
  ['strides and dilations', [2, 3, 9, 8], [5, 3, 3, 2], { strides: [2, 3], dilations: [2, 1] }, 5],
  ['asymmetric pads', [1, 2, 5, 6], [3, 2, 3, 3], { pads: [0, 1, 2, 3] }, 3],
  ['auto_pad VALID', [1, 2, 5, 6], [3, 2, 3, 3], { auto_pad: 'VALID' }],
  ['auto_pad SAME_UPPER', [1, 2, 5, 6], [3, 2, 2, 4], { auto_pad: 'SAME_UPPER', strides: [2, 2] }],
  ['auto_pad SAME_LOWER', [1, 2, 5, 6], [3, 2, 2, 4], { auto_pad: 'SAME_LOWER', strides: [2, 2] }],
  ['a size 1 axis of channels', [1, 1, 5, 6], [1, 1, 3, 3], { pads: [1, 1, 1, 1] }, 1],
  ['groups', [2, 6, 5, 6], [9, 2, 3, 3], { group: 3, strides: [2, 2] }, 9],
  ['depthwise', [2, 4, 5, 6], [4, 1, 3, 3], { group: 4, pads: [1, 1, 1, 1] }, 4],
  ['depthwise with a multiplier', [2, 3, 7, 6], [6, 1, 3, 2], { group: 3, strides: [2, 2] }, 6],
  ['depthwise with dilations', [2, 3, 7, 6], [3, 1, 3, 2], { group: 3, dilations: [2, 2] }],
  [
    'depthwise with strides and dilations',
    [2, 3, 9, 9],
    [3, 1, 3, 2],
    { group: 3, strides: [2, 2], dilations: [2, 2], pads: [1, 0, 2, 1] },
    3,
  ],
  [
    'three axes',
    [2, 3, 5, 6, 7],
    [4, 3, 3, 2, 3],
    { strides: [1, 2, 2], pads: [1, 0, 1, 1, 2, 0] },
    4,
  ],
  ['three axes with dilation', [1, 2, 5, 6, 7], [4, 2, 2, 2, 2], { dilations: [2, 1, 3] }],
  ['three axes in groups', [1, 4, 4, 4, 4], [4, 2, 2, 2, 2], { group: 2 }, 4],
  [
    'three axes, depthwise',
    [2, 4, 5, 4, 4],
    [8, 1, 3, 2, 2],
    { group: 4, pads: [1, 0, 1, 0, 1, 1], strides: [2, 1, 2] },
    8,
  ],
  [
    'three axes, depthwise with dilations',
    [1, 2, 6, 5, 5],
    [2, 1, 3, 2, 2],
    { group: 2, dilations: [2, 1, 2] },
  ],
];

const transposed: readonly Case[] = [
  ['one axis', [2, 3, 5], [3, 4, 3], { strides: [2] }, 4],
  ['two axes', [2, 3, 4, 5], [3, 4, 3, 2], {}, 4],
  ['the stride of the window', [2, 3, 4, 5], [3, 4, 2, 2], { strides: [2, 2] }, 4],
  ['strides and pads', [2, 3, 4, 5], [3, 4, 4, 4], { strides: [2, 2], pads: [1, 1, 1, 1] }, 4],
  ['strides above the window', [2, 3, 4, 5], [3, 4, 2, 1], { strides: [3, 4] }, 4],
  [
    'output_padding',
    [1, 3, 4, 5],
    [3, 2, 3, 3],
    { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] },
    2,
  ],
  ['asymmetric pads', [1, 3, 4, 5], [3, 2, 3, 4], { strides: [2, 3], pads: [1, 0, 0, 2] }],
  ['large pads', [1, 2, 6, 6], [2, 2, 3, 3], { strides: [2, 2], pads: [4, 3, 5, 2] }, 2],
  ['dilations', [1, 2, 4, 5], [2, 3, 3, 2], { dilations: [2, 3] }, 3],
  ['strides and dilations', [1, 2, 4, 5], [2, 3, 3, 2], { strides: [2, 3], dilations: [3, 2] }, 3],
  ['output_shape', [1, 2, 4, 5], [2, 3, 3, 3], { strides: [2, 2], output_shape: [8, 10] }],
  [
    'a larger output_shape',
    [1, 2, 3, 3],
    [2, 2, 3, 3],
    { strides: [3, 2], output_shape: [10, 8], output_padding: [1, 1] },
  ],
  ['auto_pad SAME_UPPER', [1, 2, 4, 5], [2, 3, 3, 4], { strides: [2, 3], auto_pad: 'SAME_UPPER' }],
  ['auto_pad SAME_LOWER', [1, 2, 4, 5], [2, 3, 3, 4], { strides: [2, 3], auto_pad: 'SAME_LOWER' }],
  ['auto_pad VALID', [1, 2, 4, 5], [2, 3, 3, 4], { strides: [2, 3], auto_pad: 'VALID' }],
  ['groups', [2, 6, 4, 5], [6, 2, 3, 3], { group: 3, strides: [2, 2] }, 6],
  ['depthwise', [2, 3, 4, 5], [3, 1, 4, 4], { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] }, 3],
  [
    'three axes',
    [1, 2, 3, 4, 3],
    [2, 3, 3, 2, 4],
    { strides: [2, 1, 3], pads: [1, 0, 1, 0, 1, 0] },
    3,
  ],
];

const rows = (['Conv', 'ConvTranspose'] as const).flatMap((op) =>
  (op === 'Conv' ? convolutions : transposed).map(
    ([claim, x, w, attributes = {}, bias = 0]) => [op, claim, x, w, attributes, bias] as const,
  ),
);

describe.each(operatorBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(rows)('%s over %s', async (op, _, x, w, attributes, bias) => {
    await expectLikeReference(
      {
        nodes: [[op, ['x', 'w', ...(bias ? ['b'] : [])], ['y'], attributes]],
        initializers: { w: floats(w, 2), ...(bias ? { b: floats([bias], 3) } : {}) },
        outputs: ['y'],
      },
      { x: floats(x) },
    );
  });

  it('Conv crops by negative pads', async () => {
    const x = floats([1, 1, 4, 5]);
    await expectLikeReference(
      {
        nodes: [['Conv', ['x', 'w'], ['y'], { pads: [-1, 1, 0, -2] }]],
        initializers: { w: { shape: [1, 1, 1, 1], data: [2] } },
        outputs: ['y'],
      },
      { x },
      {
        expected: {
          y: {
            shape: [1, 1, 3, 4],
            // Rows 1 to 3; a column of zeros, then columns 0 to 2.
            data: [1, 2, 3].flatMap((row) => [
              0,
              ...[0, 1, 2].map((column) => 2 * Number(x.data[row * 5 + column])),
            ]),
          },
        },
      },
    );
  });

  it('Conv and ConvTranspose take a bias that the graph reshapes', async () => {
    await expectLikeReference(
      {
        nodes: [
          ['Reshape', ['b', 'shape'], ['bias']],
          ['Conv', ['x', 'w', 'bias'], ['c']],
          ['ConvTranspose', ['c', 'w', 'bias'], ['y']],
        ],
        initializers: {
          w: floats([2, 2, 3, 3], 2),
          b: floats([1, 2], 3),
          shape: { type: 'int64', shape: [1], data: [-1] },
        },
        outputs: ['y'],
      },
      { x: floats([1, 2, 5, 5]) },
    );
  });

  it('Conv takes a filter that the graph computes', async () => {
    await expectLikeReference(
      { nodes: [['Conv', ['x', 'w'], ['y']]], outputs: ['y'] },
      { x: floats([1, 2, 5, 5]), w: floats([3, 2, 2, 2], 2) },
    );
  });

  it.each([
    [[1, 3, 5, 5], 'does not fit an input'],
    [[1, 2], 'with an input of 2 axes is not supported'],
    [
      [1, 2, 1, 5],
      'reaches over [2,2] positions, more than an input with the spatial sizes [1,5] has',
    ],
  ])('Conv refuses an input %j', async (shape, message) => {
    const graph = {
      nodes: [['Conv', ['x', 'w'], ['y']] as const],
      initializers: { w: floats([3, 2, 2, 2]) },
      outputs: ['y'],
    };
    await expect(
      expectLikeReference(graph, { x: floats(shape) }, { expected: {} }),
    ).rejects.toThrow(message);
  });
});
