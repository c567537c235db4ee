import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { attributesOf } from '../../../src/onnx/graph/attributes';
import { operators } from '../../../src/onnx/operators/operators';
import { type HostArray, hostInts } from '../../../src/onnx/values/hostArray';
import { channelsLast, tensorValue } from '../../../src/onnx/values/value';
import { useBackend } from '../../support/backend';
import {
  expectNode,
  expectNodeOnHost,
  expectNodeOnImage,
  type NodeSettings,
  stored,
} from '../../support/onnx/expectNode';
import { floats, given, int64s } from '../../support/onnx/feeds';
import { operatorBackends } from '../../support/onnx/operatorBackends';

const names = 'Sum Mean Max Min Prod L1 L2 SumSquare LogSum LogSumExp'
  .split(' ')
  .map((name) => `Reduce${name}`);
const positive = (shape: number[]) => ({
  shape,
  data: Array.from(floats(shape).data, (each) => each + 1.5),
});

describe.each(operatorBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(names)('%s takes axes as an attribute and as an input', async (op) => {
    const x = positive([2, 3, 4]);
    for (const axes of [[0], [-1], [0, 2], [2, 1]]) {
      for (const keepdims of [0, 1]) {
        await expectNode(op, [x], { opset: 11, attributes: { axes, keepdims } });
        await expectNode(op, [x, stored(int64s(...axes))], { opset: 18, attributes: { keepdims } });
      }
    }
  });

  it.each(names)('%s without axes', async (op) => {
    const x = positive([2, 3]);
    await expectNode(op, [x], { opset: 12 });
    await expectNode(op, [x], { opset: 18, attributes: { keepdims: 0 } });
    await expectNode(op, [x, stored(int64s())], { opset: 18 });
    await expectNode(op, [positive([])], { opset: 18 });
  });

  it.each(names)('%s with no axes to reduce', async (op) => {
    await expectNode(op, [positive([2, 3])], {
      opset: 18,
      attributes: { noop_with_empty_axes: 1 },
    });
  });

  it('ReduceSum of opset 13 takes axes as an input', async () => {
    await expectNode('ReduceSum', [floats([2, 3]), stored(int64s(1))], { opset: 13 });
  });

  it.each(names.slice(0, 8))('%s takes integers', async (op) => {
    const x = given([1, 5, 2, -3, 4, 7], [2, 3], 'int32');
    const opset = op === 'ReduceSum' ? 12 : 17;
    await expectNode(op, [x], { opset, attributes: { axes: [1] }, outputs: ['int32'] });
  });

  it.each(names)('%s of images', async (op) => {
    for (const axes of [[2, 3], [1], [0, 2], [-1]]) {
      for (const keepdims of [0, 1]) {
        await expectNodeOnImage(op, [], { opset: 12, attributes: { axes, keepdims } });
      }
    }
  });

  it.each(names)('%s stays on the host', async (op) => {
    await expectNodeOnHost(op, [positive([2, 3, 2]), int64s(0, -1)], { opset: 18 });
    await expectNodeOnHost(op, [given([3, 4], [2], 'int64')], { attributes: { keepdims: 0 } });
  });

  it.each([
    ['ReduceSum', 0],
    ['ReduceProd', 1],
    ['ReduceMax', -Infinity],
    ['ReduceMin', Infinity],
    ['ReduceLogSumExp', -Infinity],
  ])('%s of nothing is %d', async (op, value) => {
    await expectNode(op, [given([], [2, 0]), stored(int64s(1))], {
      opset: 20,
      expected: { y0: { shape: [2, 1], data: [value, value] } },
    });
  });

  it('ReduceLogSumExp takes infinities', async () => {
    const least = -Infinity;
    await expectNode('ReduceLogSumExp', [given([least, least, least, 3, 200, 199], [3, 2])], {
      attributes: { axes: [1] },
      expected: { y0: { shape: [3, 1], data: [least, 3, 200 + Math.log(1 + Math.exp(-1))] } },
    });
  });

  it.each(['ArgMax', 'ArgMin'])('%s along each axis', async (op) => {
    const x = given([3, 1, 3, 1, 2, 2, 0, 0, 5, 5, 0, 5], [2, 3, 2]);
    for (const axis of [0, 1, -1]) {
      for (const select_last_index of [0, 1]) {
        for (const keepdims of [0, 1]) {
          const settings = { attributes: { axis, keepdims, select_last_index } };
          await expectNode(op, [x], { ...settings, outputs: ['int64'] });
          await expectNodeOnImage(op, [], { ...settings, outputs: ['int64'] });
          await expectNodeOnHost(op, [x], settings);
        }
      }
    }
    await expectNode(op, [x], { opset: 9, outputs: ['int64'] });
  });

  it.each([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ])('CumSum with exclusive %d and reverse %d', async (exclusive, reverse) => {
    const settings = { attributes: { exclusive, reverse } };
    for (const axis of [0, 1, -1]) {
      const at = given([axis], [], 'int64');
      await expectNode('CumSum', [floats([2, 3, 4]), stored(at)], settings);
      await expectNodeOnImage('CumSum', [stored(at)], settings);
      await expectNodeOnHost('CumSum', [floats([2, 3, 4]), at], settings);
      await expectNodeOnHost('CumProd', [floats([2, 3, 4]), at], settings);
    }
    await expectNode('CumSum', [given([1, 2], [2], 'int32'), stored(int64s(0))], {
      ...settings,
      outputs: ['int32'],
    });
  });

  it('CumSum takes five axes', async () => {
    await expectNode('CumSum', [floats([2, 1, 3, 2, 2]), stored(int64s(2))]);
  });

  it('CumProd multiplies', async () => {
    await expectNode('CumProd', [given([1, 2, 3, 4], [2, 2]), stored(int64s(0))], {
      opset: 26,
      attributes: { exclusive: 1 },
      expected: { y0: { shape: [2, 2], data: [1, 1, 1, 2] } },
    });
  });

  it.each([1, 2])('LpNormalization by the norm of power %d', async (p) => {
    for (const axis of [0, 1, -1]) {
      const settings = { attributes: { p, axis } };
      await expectNode('LpNormalization', [floats([2, 3, 4])], settings);
      await expectNodeOnImage('LpNormalization', [], settings);
    }
    await expectNode('LpNormalization', [given([0, 0, 3, 4], [2, 2])], { attributes: { p } });
  });

  it.each([undefined, [2, 3], [0]])('MeanVarianceNormalization along %j', async (axes) => {
    const settings: NodeSettings = { attributes: axes ? { axes } : {} };
    await expectNode('MeanVarianceNormalization', [floats([2, 3, 4, 5])], settings);
    await expectNodeOnImage('MeanVarianceNormalization', [], settings);
  });

  it('reduces images and takes their softmax without transposing them', async () => {
    const image = tensorValue(tf.ones([1, 4, 4, 3]), channelsLast(4));
    const call = (op: string, values: [string, number][], ...others: HostArray[]) => ({
      op,
      opset: 18,
      attributes: attributesOf(new Map(values), { bytes: new Uint8Array(), externalData: {} }),
      inputs: [image, ...others],
      outputCount: 1,
    });
    const { kernelNames } = await tf.profile(() => {
      for (const op of names) operators[op].run(call(op, [], hostInts([2, 3])));
      operators.Softmax.run(call('Softmax', [['axis', 1]]));
      operators.ArgMax.run(call('ArgMax', [['axis', 1]]));
      operators.LpNormalization.run(call('LpNormalization', [['axis', 1]]));
    });
    expect(kernelNames).toContain('Softmax');
    expect(kernelNames).not.toContain('Transpose');
  });
});
