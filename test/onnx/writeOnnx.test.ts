import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import * as tf from '@tensorflow/tfjs-core';
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from 'onnx-buf';
import type { Params } from 'perm-lmc';
import { onnxForward, onnxNetworks, onnxParams, writeOnnx } from 'perm-lmc/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { elements, modelBytes, tensorProto } from '../support/onnx/modelBytes';
import { referenceOutputs } from '../support/onnx/referenceOutputs';

beforeAll(() => useBackend('cpu'));

const matrix = (values: readonly number[]) => ({ shape: [2, 2], data: values });
const x = { shape: [1, 2], data: [1, 2] };

/** Two layers: x·W·V. */
const twoLayers = (
  initializers: Parameters<typeof modelBytes>[0]['initializers'],
  w = 'w',
  v = 'v',
) =>
  modelBytes({
    nodes: [
      ['MatMul', ['x', w], ['h']],
      ['MatMul', ['h', v], ['y']],
    ],
    inputs: { x: { shape: ['n', 2] } },
    initializers,
    outputs: ['y'],
  });

async function outputOf(bytes: Uint8Array): Promise<readonly number[]> {
  return (await referenceOutputs(bytes, { x })).y.data;
}

function params(values: Readonly<Record<string, readonly number[]>>): Params {
  return Object.fromEntries(
    Object.entries(values).map(([name, data]) => [name, tf.tensor([...data], [2, 2])]),
  );
}

describe('writeOnnx', () => {
  it('replaces weights and leaves every other byte', async () => {
    const bytes = twoLayers({ w: matrix([1, 2, 3, 4]), v: matrix([1, 0, 0, 1]) });
    const written = await writeOnnx(bytes, params({ w: [5, 6, 7, 8] }));
    expect(written.length).toBe(bytes.length);
    const changed = [...bytes.keys()].filter((i) => bytes[i] !== written[i]);
    const model = fromBinary(ModelProtoSchema, written);
    expect(model.graph!.initializer[0].rawData).toEqual(elements('float', [5, 6, 7, 8]));
    expect(changed.length).toBeLessThanOrEqual(16);
    expect(await outputOf(written)).toEqual([19, 22]);
  });

  it('keeps a file as it is if the weights are its own', async () => {
    const bytes = twoLayers({ w: matrix([1, 2, 3, 4]), v: matrix([1, 0, 0, 1]) });
    expect(await writeOnnx(bytes, onnxParams(bytes))).toEqual(bytes);
  });

  it('gives names of a merged tensor one each where their values differ', async () => {
    const bytes = modelBytes({
      nodes: [
        ['Identity', ['w'], ['v']],
        ['MatMul', ['x', 'w'], ['h']],
        ['MatMul', ['h', 'v'], ['y']],
      ],
      inputs: { x: { shape: [1, 2] } },
      initializers: { w: matrix([1, 2, 3, 4]) },
      outputs: ['y'],
    });
    expect(Object.keys(onnxParams(bytes))).toEqual(['w', 'v']);
    const same = await writeOnnx(bytes, params({ w: [1, 0, 0, 1], v: [1, 0, 0, 1] }));
    expect(fromBinary(ModelProtoSchema, same).graph!.node).toHaveLength(3);
    expect(await outputOf(same)).toEqual([1, 2]);
    const apart = await writeOnnx(bytes, params({ w: [1, 0, 0, 1], v: [0, 1, 1, 0] }));
    const { node, initializer } = fromBinary(ModelProtoSchema, apart).graph!;
    expect(node.map(({ opType }) => opType)).toEqual(['MatMul', 'MatMul']);
    expect(initializer.map(({ name }) => name)).toEqual(['w', 'v']);
    expect(await outputOf(apart)).toEqual([2, 1]);
  });

  it('leaves a name alone that is not replaced', async () => {
    const bytes = modelBytes({
      nodes: [
        ['Identity', ['w'], ['v']],
        ['MatMul', ['x', 'w'], ['h']],
        ['MatMul', ['h', 'v'], ['y']],
      ],
      inputs: { x: { shape: [1, 2] } },
      initializers: { w: matrix([1, 0, 0, 1]) },
      outputs: ['y'],
    });
    const written = await writeOnnx(bytes, params({ v: [0, 1, 1, 0] }));
    expect(await outputOf(written)).toEqual([2, 1]);
  });

  it('separates the uses of a tensor that another file keeps apart', async () => {
    const merged = twoLayers({ w: matrix([1, 0, 0, 1]) }, 'w', 'w');
    const apart = twoLayers({ w: matrix([1, 2, 3, 4]), v: matrix([0, 1, 1, 0]) });
    const { params: networks, forward } = await onnxNetworks([merged, apart]);
    const names = ['w', 'w@y'];
    expect(networks.map((each) => Object.keys(each))).toEqual([names, names]);
    expect(await networks[1]['w@y'].array()).toEqual([
      [0, 1],
      [1, 0],
    ]);
    const written = await writeOnnx(merged, networks[1]);
    expect(await outputOf(written)).toEqual(await outputOf(apart));
    expect(
      Array.from((forward(networks[1], tf.tensor(x.data, [1, 2])) as tf.Tensor).dataSync()),
    ).toEqual(await outputOf(apart));
  });

  it.each(['float16', 'bfloat16', 'double'] as const)('keeps %s', async (type) => {
    const bits = { float16: [0x3c00, 0x4000, 0, 0x3c00], bfloat16: [0x3f80, 0x4000, 0, 0x3f80] };
    const data = type === 'double' ? [1, 2, 0, 1 + 2 ** -40] : bits[type];
    const bytes = twoLayers({ w: { type, shape: [2, 2], data }, v: matrix([1, 0, 0, 1]) });
    const own = onnxParams(bytes);
    expect(await own.w.data()).toEqual(Float32Array.of(1, 2, 0, 1));
    // A double that its float32 does not change keeps its digits.
    expect(await writeOnnx(bytes, own)).toEqual(bytes);
    const written = await writeOnnx(bytes, params({ w: [2, 1, 0, 1] }));
    expect(await onnxParams(written).w.data()).toEqual(Float32Array.of(2, 1, 0, 1));
    expect(fromBinary(ModelProtoSchema, written).graph!.initializer[0].dataType).toBe(
      fromBinary(ModelProtoSchema, bytes).graph!.initializer[0].dataType,
    );
  });

  it.each([
    ['float', { floatData: [1, 2, 3, 4] }],
    ['double', { doubleData: [1, 2, 3, 4] }],
    // Bits of float16: 1, 2, 3, 4.
    ['float16', { int32Data: [0x3c00, 0x4000, 0x4200, 0x4400] }],
  ] as const)('writes %s into its typed field', async (type, fields) => {
    const model = fromBinary(
      ModelProtoSchema,
      twoLayers({ w: { type, shape: [2, 2], data: [0, 0, 0, 0] }, v: matrix([1, 0, 0, 1]) }),
    );
    const { dataType } = tensorProto('w', { type, shape: [], data: [0] });
    model.graph!.initializer[0] = create(TensorProtoSchema, {
      name: 'w',
      dataType,
      dims: [2n, 2n],
      ...(fields as object),
    });
    const bytes = toBinary(ModelProtoSchema, model);
    expect(await onnxParams(bytes).w.data()).toEqual(Float32Array.of(1, 2, 3, 4));
    const written = await writeOnnx(bytes, params({ w: [0, 0.5, -1, 8] }));
    expect(await onnxParams(written).w.data()).toEqual(Float32Array.of(0, 0.5, -1, 8));
    const after = fromBinary(ModelProtoSchema, written).graph!;
    expect(after.initializer[0].rawData).toHaveLength(0);
    expect(after.initializer[1]).toEqual(model.graph!.initializer[1]);
  });

  it('writes external data into a copy of its file', async () => {
    const model = fromBinary(
      ModelProtoSchema,
      twoLayers({ w: matrix([1, 2, 3, 4]), v: matrix([1, 0, 0, 1]) }),
    );
    const [w] = model.graph!.initializer;
    w.rawData = new Uint8Array();
    w.dataLocation = TensorProto_DataLocation.EXTERNAL;
    w.externalData = Object.entries({ location: 'w.bin', offset: '4', length: '16' }).map(
      ([key, value]) => create(StringStringEntryProtoSchema, { key, value }),
    );
    const bytes = toBinary(ModelProtoSchema, model);
    const file = Uint8Array.of(9, 9, 9, 9, ...elements('float', [1, 2, 3, 4]), 7);
    const before = file.slice();
    const externalData = { 'w.bin': file };
    expect(await onnxParams(bytes, { externalData }).w.data()).toEqual(Float32Array.of(1, 2, 3, 4));
    const written = await writeOnnx(bytes, params({ w: [5, 6, 7, 8] }), { externalData });
    expect(written.bytes).toEqual(bytes);
    expect(written.externalData['w.bin']).toEqual(
      Uint8Array.of(9, 9, 9, 9, ...elements('float', [5, 6, 7, 8]), 7),
    );
    expect(file).toEqual(before);
    await expect(writeOnnx(bytes, params({ w: [5, 6, 7, 8] }))).rejects.toThrow("'w.bin'");
  });

  it('joins the directions of a recurrent layer', async () => {
    const weights = (shape: readonly number[]) => ({
      shape,
      data: Array.from({ length: shape.reduce((p, q) => p * q) }, (_, i) => Math.sin(i)),
    });
    const bytes = modelBytes({
      nodes: [['RNN', ['x', 'W', 'R', 'B'], ['y'], { hidden_size: 3, direction: 'bidirectional' }]],
      inputs: { x: { shape: [4, 1, 2] } },
      initializers: { W: weights([2, 3, 2]), R: weights([2, 3, 3]), B: weights([2, 6]) },
      outputs: ['y'],
    });
    const own = onnxParams(bytes);
    expect(Object.keys(own)).toContain('W.reverse');
    expect(await writeOnnx(bytes, own)).toEqual(bytes);
    const swapped = { ...own, 'W.forward': own['W.reverse'], 'W.reverse': own['W.forward'] };
    const written = onnxParams(await writeOnnx(bytes, swapped));
    expect(await written['W.forward'].data()).toEqual(await own['W.reverse'].data());
    expect(await written['W.reverse'].data()).toEqual(await own['W.forward'].data());
  });

  it.each([
    ['a name that is no weight', () => ({ u: tf.zeros([2, 2]) }), "'u'"],
    ['another shape', () => ({ w: tf.zeros([2, 3]) }), '[2,3]'],
    ['another dtype', () => ({ w: tf.zeros([2, 2], 'int32') }), 'int32'],
  ])('refuses %s', async (_, wrong, told) => {
    const bytes = twoLayers({ w: matrix([1, 2, 3, 4]), v: matrix([1, 0, 0, 1]) });
    await expect(writeOnnx(bytes, wrong())).rejects.toThrow(told);
  });

  it('computes what the written file computes', async () => {
    const bytes = twoLayers({ w: matrix([1, 2, 3, 4]), v: matrix([1, -1, 0, 1]) });
    const changed = params({ w: [0.5, 2, 1, 4], v: [3, 1, 2, 0] });
    const y = onnxForward(bytes)(changed, tf.tensor(x.data, [1, 2])) as tf.Tensor;
    expect(Array.from(await y.data())).toEqual(await outputOf(await writeOnnx(bytes, changed)));
  });
});

it('says where a second file has a node more', async () => {
  const plain = twoLayers({ w: matrix([1, 2, 3, 4]), v: matrix([1, 0, 0, 1]) });
  const longer = modelBytes({
    nodes: [
      ['MatMul', ['x', 'w'], ['h']],
      ['MatMul', ['h', 'v'], ['z']],
      ['Relu', ['z'], ['y']],
    ],
    inputs: { x: { shape: ['n', 2] } },
    initializers: { w: matrix([1, 2, 3, 4]), v: matrix([1, 0, 0, 1]) },
    outputs: ['y'],
  });
  await expect(onnxNetworks([plain, longer])).rejects.toThrow(
    "the graph has node 'y' (Relu) where the first file has no node",
  );
});
