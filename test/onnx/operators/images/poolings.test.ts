import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../support/backend';
import { expectLikeReference } from '../../../support/onnx/expectLikeReference';
import { floats, given } from '../../../support/onnx/feeds';
import type { AttributeGiven } from '../../../support/onnx/modelBytes';
import { operatorBackends } from '../../../support/onnx/operatorBackends';

type Attributes = Readonly<Record<string, AttributeGiven>>;

const windows: readonly (readonly [string, readonly number[], Attributes])[] = [
  ['one axis', [2, 3, 9], { kernel_shape: [3], strides: [2], pads: [1, 1] }],
  ['two axes', [2, 3, 7, 8], { kernel_shape: [3, 2] }],
  ['strides', [2, 3, 7, 8], { kernel_shape: [3, 2], strides: [3, 2] }],
  ['pads', [2, 3, 7, 8], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 0, 2, 1] }],
  ['ceil_mode', [1, 2, 6, 8], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }],
  [
    'ceil_mode and pads',
    [1, 2, 6, 7],
    { kernel_shape: [3, 3], strides: [2, 3], pads: [1, 1, 1, 1], ceil_mode: 1 },
  ],
  [
    'ceil_mode where the last window would start in the padding',
    [1, 1, 4, 5],
    { kernel_shape: [2, 2], strides: [3, 2], pads: [1, 0, 1, 1], ceil_mode: 1 },
  ],
  [
    'auto_pad SAME_UPPER',
    [1, 2, 5, 6],
    { kernel_shape: [2, 3], strides: [2, 1], auto_pad: 'SAME_UPPER' },
  ],
  [
    'auto_pad SAME_LOWER',
    [1, 2, 5, 6],
    { kernel_shape: [2, 3], strides: [2, 1], auto_pad: 'SAME_LOWER' },
  ],
  ['auto_pad VALID', [1, 2, 5, 6], { kernel_shape: [2, 3], strides: [2, 2], auto_pad: 'VALID' }],
  [
    'three axes',
    [2, 2, 5, 6, 4],
    { kernel_shape: [2, 3, 2], strides: [2, 1, 2], pads: [1, 1, 0, 0, 1, 1] },
  ],
];

const dilated: readonly (readonly [string, readonly number[], Attributes])[] = [
  ['dilations', [2, 3, 9, 8], { kernel_shape: [3, 2], dilations: [2, 3] }],
  [
    'dilations, strides and pads',
    [1, 2, 9, 8],
    { kernel_shape: [3, 2], dilations: [2, 1], strides: [2, 2], pads: [2, 1, 1, 0] },
  ],
  [
    'dilations and ceil_mode',
    [1, 2, 8, 9],
    { kernel_shape: [2, 2], dilations: [2, 2], strides: [2, 3], ceil_mode: 1 },
  ],
];

describe.each(operatorBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([...windows, ...dilated])('MaxPool over %s', async (_, shape, attributes) => {
    await expectPooled('MaxPool', shape, attributes, 12);
  });

  it.each(windows)('AveragePool over %s', async (_, shape, attributes) => {
    await expectPooled('AveragePool', shape, attributes, 19);
  });

  it.each(windows)(
    'AveragePool over %s counts padding if it is told to',
    async (_, shape, attributes) => {
      await expectPooled('AveragePool', shape, { ...attributes, count_include_pad: 1 }, 19);
    },
  );

  it.each(dilated)('AveragePool over %s from opset 19', async (_, shape, attributes) => {
    await expectPooled('AveragePool', shape, attributes, 19);
    await expectPooled('AveragePool', shape, { ...attributes, count_include_pad: 1 }, 19);
  });

  it.each([...windows, ...dilated].filter(([claim]) => !claim.includes('ceil')))(
    'LpPool over %s',
    async (_, shape, attributes) => {
      await expectPooled('LpPool', shape, attributes, 18);
      await expectPooled('LpPool', shape, { ...attributes, p: 3 }, 18);
      await expectPooled('LpPool', shape, { ...attributes, p: 1 }, 18);
    },
  );

  it.each([
    ['GlobalAveragePool', {}],
    ['GlobalMaxPool', {}],
    ['GlobalLpPool', {}],
    ['GlobalLpPool', { p: 3 }],
  ])('%s with %j pools 1, 2 and 3 axes', async (op, attributes) => {
    for (const shape of [
      [2, 3, 5],
      [2, 3, 4, 5],
      [2, 3, 2, 3, 4],
    ]) {
      await expectPooled(op, shape, attributes, 17);
    }
  });

  it('MaxPool of integers gives integers', async () => {
    const x = given([3, -1, 4, 1, -5, 9, 2, 6], [1, 2, 2, 2], 'int8');
    await expectLikeReference(
      {
        nodes: [['MaxPool', ['x'], ['y'], { kernel_shape: [2, 2] }]],
        outputs: ['y'],
        outputTypes: { y: 'int8' },
      },
      { x },
      { expected: { y: { shape: [1, 2, 1, 1], data: [4, 9] } } },
    );
  });

  it('MaxPool after a convolution, with an output that nothing reads', async () => {
    await expectLikeReference(
      {
        nodes: [
          ['Conv', ['x', 'w'], ['c']],
          ['MaxPool', ['c'], ['y', 'positions'], { kernel_shape: [2, 2] }],
        ],
        initializers: { w: floats([3, 2, 2, 2], 2) },
        outputs: ['y'],
      },
      { x: floats([1, 2, 5, 5]) },
    );
  });

  it('MaxPool refuses positions as an output', async () => {
    const graph = {
      nodes: [['MaxPool', ['x'], ['y', 'positions'], { kernel_shape: [2, 2] }] as const],
      outputs: ['y', 'positions'],
      outputTypes: { positions: 'int64' } as const,
    };
    const pooling = expectLikeReference(graph, { x: floats([1, 2, 5, 5]) }, { expected: {} });
    await expect(pooling).rejects.toThrow('its output 1 is not computed');
  });
});

async function expectPooled(
  op: string,
  shape: readonly number[],
  attributes: Attributes,
  opset: number,
): Promise<void> {
  await expectLikeReference(
    { nodes: [[op, ['x'], ['y'], attributes]], outputs: ['y'] },
    { x: floats(shape) },
    { opset },
  );
}
