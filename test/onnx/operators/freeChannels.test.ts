import * as tf from '@tensorflow/tfjs-core';
import { traceSpec } from 'perm-lmc';
import { onnxForward, onnxParams } from 'perm-lmc/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { floats, given, int64s } from '../../support/onnx/feeds';
import { modelBytes, type NodeGiven, type TensorGiven } from '../../support/onnx/modelBytes';

type Case = readonly [
  claim: string,
  nodes: readonly NodeGiven[],
  initializers: Readonly<Record<string, TensorGiven>>,
  channels: number,
];

/** Nodes from the 8 channels of `x` to the channels of `y`. All but the blocks and the halves leave 8 units free. */
const cases: readonly Case[] = [
  [
    'Resize to nearest neighbours',
    [['Resize', ['x', '', 's'], ['y']]],
    { s: given([1, 1, 2, 2]) },
    8,
  ],
  [
    'Resize to uneven neighbours',
    [['Resize', ['x', '', 's'], ['y'], { nearest_mode: 'ceil' }]],
    { s: given([1, 1, 1.5, 1.5]) },
    8,
  ],
  [
    'Resize, linear',
    [['Resize', ['x', '', 's'], ['y'], { mode: 'linear' }]],
    { s: given([1, 1, 2, 2]) },
    8,
  ],
  [
    'Resize, cubic',
    [['Resize', ['x', '', 's'], ['y'], { mode: 'cubic' }]],
    { s: given([1, 1, 2, 2]) },
    8,
  ],
  [
    'Pad by reflection',
    [['Pad', ['x', 'p'], ['y'], { mode: 'reflect' }]],
    { p: int64s(0, 0, 1, 1, 0, 0, 1, 1) },
    8,
  ],
  ['Pad of channels', [['Pad', ['x', 'p'], ['y']]], { p: int64s(0, 1, 0, 0, 0, 1, 0, 0) }, 10],
  [
    'Slice with steps',
    [['Slice', ['x', 'from', 'to', 'axis', 'step'], ['y']]],
    { from: int64s(0), to: int64s(9), axis: int64s(2), step: int64s(2) },
    8,
  ],
  ['Concat', [['Concat', ['x', 'x'], ['y'], { axis: 1 }]], {}, 16],
  ['Gather of columns', [['Gather', ['x', 'i'], ['y'], { axis: 3 }]], { i: int64s(0, 2, 3, 1) }, 8],
  ['Tile of rows', [['Tile', ['x', 'r'], ['y']]], { r: int64s(1, 1, 2, 1) }, 8],
  [
    'DFT of rows',
    [
      ['Unsqueeze', ['x', 'last'], ['real']],
      ['DFT', ['real'], ['parts'], { axis: 3, onesided: 1 }],
      ['ReduceSum', ['parts', 'last'], ['y'], { keepdims: 0 }],
    ],
    { last: int64s(-1) },
    8,
  ],
  ['SpaceToDepth', [['SpaceToDepth', ['x'], ['y'], { blocksize: 2 }]], {}, 32],
  [
    'GatherElements at indices that channels share',
    [['GatherElements', ['x', 'i'], ['y'], { axis: 2 }]],
    {
      i: given(
        Array.from({ length: 2 * 8 * 3 * 6 }, (_, k) => (Math.floor(k / 6) % 3) * 2),
        [2, 8, 3, 6],
        'int64',
      ),
    },
    8,
  ],
];

describe('channels of a convolution stay free', () => {
  beforeAll(() => useBackend('wasm'));

  it.each(cases)('after %s', async (_, nodes, initializers, channels) => {
    expect(await groupSizes(nodes, initializers, channels)).toEqual([8]);
  });

  it.each(['DCR', 'CRD'])('in blocks after DepthToSpace with the mode %s', async (mode) => {
    const nodes: NodeGiven[] = [['DepthToSpace', ['x'], ['y'], { blocksize: 2, mode }]];
    expect(await groupSizes(nodes, {}, 2)).toEqual([2]);
  });

  it('in halves that are multiplied after Split', async () => {
    const nodes: NodeGiven[] = [
      ['Split', ['x'], ['a', 'b'], { axis: 1 }],
      ['Mul', ['a', 'b'], ['y']],
    ];
    expect(await groupSizes(nodes, {}, 4)).toEqual([4]);
  });
});

/** The sizes of the groups of a network of a convolution, nodes from `x` to `y`, and a convolution. */
async function groupSizes(
  nodes: readonly NodeGiven[],
  initializers: Readonly<Record<string, TensorGiven>>,
  channels: number,
): Promise<(number | null)[]> {
  const bytes = modelBytes({
    nodes: [
      ['Conv', ['image', 'w1', 'b1'], ['h'], { pads: [1, 1, 1, 1] }],
      ['Relu', ['h'], ['x']],
      ...nodes,
      ['Conv', ['y', 'w2'], ['z']],
    ],
    inputs: { image: { shape: [2, 3, 6, 6] } },
    initializers: {
      ...initializers,
      w1: floats([8, 3, 3, 3]),
      b1: floats([8], 3),
      w2: floats([5, channels, 2, 2], 2),
    },
    outputs: ['z'],
  });
  const params = onnxParams(bytes);
  const image = tf.tensor(Array.from(floats([2, 3, 6, 6], 4).data), [2, 3, 6, 6]);
  const spec = await traceSpec(
    (given, x) => onnxForward(bytes)(given, x as tf.Tensor),
    params,
    image,
  );
  tf.dispose([params, image]);
  return spec.groups.map(({ size }) => size);
}
