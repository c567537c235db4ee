import { dispose } from '@tensorflow/tfjs-core';
import { onnxForward, onnxParams } from 'perm-lmc/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import {
  expectNode,
  expectNodeOnImage,
  type NodeInput,
  type NodeSettings,
  stored,
} from '../../support/onnx/expectNode';
import { floats, given, int64s } from '../../support/onnx/feeds';
import {
  type GraphGiven,
  modelBytes,
  type NodeGiven,
  type TensorGiven,
} from '../../support/onnx/modelBytes';
import { operatorBackends } from '../../support/onnx/operatorBackends';

const scale = stored(given([0.01], []));
const scales = stored(given([0.01, 0.02, 0.03]));
const zero = (type: 'int8' | 'uint8', ...data: number[]) =>
  stored(given(data, data.length === 1 ? [] : [data.length], type));

describe.each(operatorBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([
    ['to uint8', [scale, zero('uint8', 128)], 'uint8', {}],
    ['to int8', [scale, zero('int8', -3)], 'int8', {}],
    ['without a zero point', [scale], 'uint8', {}],
    ['of opset 10', [scale, zero('uint8', 7)], 'uint8', { opset: 10 }],
    ['per channel', [scales, zero('int8', 1, 0, -1)], 'int8', {}],
    [
      'to the type of an attribute',
      [scale],
      'int8',
      { opset: 21, attributes: { output_dtype: 3 } },
    ],
  ] as [string, NodeInput[], 'int8', NodeSettings][])(
    'QuantizeLinear %s',
    async (_, others, type, settings) => {
      const x = { shape: [2, 3, 4], data: Array.from(floats([2, 3, 4]).data, (each) => 2 * each) };
      await expectNode('QuantizeLinear', [x, ...others], { outputs: [type], ...settings });
      await expectNodeOnImage('QuantizeLinear', others, { outputs: [type], ...settings });
    },
  );

  it('QuantizeLinear rounds half to even along the last axis', async () => {
    const x = given([0.5, 1.5, 2.5, 3, -5, -0.5], [2, 3]);
    await expectNode('QuantizeLinear', [x, stored(given([1, 1, 2])), zero('int8', 0, 0, 0)], {
      attributes: { axis: -1 },
      outputs: ['int8'],
    });
  });

  it.each([
    ['one scale', [scale, zero('uint8', 128)], {}],
    ['no zero point', [scale], { opset: 10 }],
    ['a scale for each channel', [scales, zero('uint8', 1, 0, 200)], {}],
  ] as [string, NodeInput[], NodeSettings][])(
    'DequantizeLinear with %s',
    async (_, others, settings) => {
      const data = Array.from({ length: 24 }, (_, i) => i * 10);
      const x = given(data, [2, 3, 4], 'uint8');
      await expectNode('DequantizeLinear', [x, ...others], settings);
    },
  );

  it('quantises activations between a convolution and what follows', async () => {
    await expectLikeReference(
      {
        nodes: [
          ['Conv', ['x', 'w'], ['a']],
          ['QuantizeLinear', ['a', 'scale', 'zero'], ['b']],
          ['DequantizeLinear', ['b', 'scale', 'zero'], ['c']],
          ['Relu', ['c'], ['y']],
        ],
        initializers: {
          w: floats([3, 2, 2, 2], 7),
          scale: given([0.03], []),
          zero: given([-5], [], 'int8'),
        },
        outputs: ['y'],
      },
      { x: floats([2, 2, 5, 6]) },
    );
  });

  it('quantises float weights, which stay weights', async () => {
    const graph: GraphGiven = {
      nodes: [
        ['QuantizeLinear', ['w', 'scales', 'zeros'], ['a'], { axis: 0 }],
        ['DequantizeLinear', ['a', 'scales', 'zeros'], ['b'], { axis: 0 }],
        ['Conv', ['x', 'b'], ['y']],
      ],
      inputs: { x: { shape: [2, 2, 5, 6] } },
      initializers: {
        w: floats([3, 2, 2, 2], 7),
        scales: given([0.01, 0.02, 0.03]),
        zeros: given([0, 0, 0], [3], 'int8'),
      },
      outputs: ['y'],
    };
    await expectLikeReference(graph, { x: floats([2, 2, 5, 6]) });
    const params = onnxParams(modelBytes(graph));
    expect(Object.keys(params)).toEqual(['w', 'scales']);
    dispose(params);
  });

  it.each([
    ['both signs', [-1, 0.2, 3, 1.7]],
    ['positive numbers', [1, 0.2, 3, 1.7]],
    ['negative numbers', [-1, -0.2, -3, -1.7]],
    ['zeros', [0, 0, 0, 0]],
  ])('DynamicQuantizeLinear of %s', async (_, data) => {
    await expectNode('DynamicQuantizeLinear', [given(data)], {
      outputs: ['uint8', 'float', 'uint8'],
    });
  });

  it('QuantizeLinear takes the zero point of DynamicQuantizeLinear', async () => {
    await expectLikeReference(
      {
        nodes: [
          ['DynamicQuantizeLinear', ['x'], ['a', 'scale', 'zero']],
          ['QuantizeLinear', ['x', 'scale', 'zero'], ['b']],
          ['DequantizeLinear', ['b', 'scale', 'zero'], ['y']],
        ],
        outputs: ['y'],
      },
      { x: floats([3, 4]) },
    );
  });

  it('refuses blocks by name', async () => {
    const blocked = expectNode('QuantizeLinear', [floats([4, 4]), stored(floats([2, 4]))], {
      opset: 21,
      attributes: { axis: 0, block_size: 2 },
      expected: { y0: { shape: [4, 4], data: [] } },
    });
    await expect(blocked).rejects.toThrow('QuantizeLinear (opset 21) with blocks is not supported');
  });
});

describe('weights that are stored as integers', () => {
  const bytesOf = (weight: TensorGiven, nodes: NodeGiven[]) =>
    modelBytes({
      nodes,
      inputs: { x: { shape: [2, 3] } },
      initializers: { w: weight, scale: given([0.1], []), rows: int64s(1, 0) },
      outputs: ['y'],
    });
  const weight = given([1, 2, 3, 4, 5, 6], [3, 2], 'int8');

  it('are refused by name, with what to export instead', () => {
    const bytes = bytesOf(weight, [
      ['DequantizeLinear', ['w', 'scale'], ['v']],
      ['MatMul', ['x', 'v'], ['y']],
    ]);
    expect(() => onnxForward(bytes)).toThrow(
      "onnxForward: node 'v' (DequantizeLinear): weight 'w' is stored as int8, and integers cannot be merged. " +
        'Export the float model, merge its weights, and quantise the result afterwards.',
    );
  });

  it('are refused also where rows of them are picked', () => {
    const bytes = bytesOf(weight, [
      ['Gather', ['w', 'rows'], ['picked']],
      ['Transpose', ['picked'], ['turned']],
      ['DequantizeLinear', ['turned', 'scale'], ['y']],
    ]);
    expect(() => onnxForward(bytes)).toThrow("weight 'w' is stored as int8");
  });
});
