import { fromBinary, toBinary } from '@bufbuild/protobuf';
import * as tf from '@tensorflow/tfjs-core';
import { ModelProtoSchema, type NodeProto, type TensorProto } from 'onnx-buf';
import { InvalidInputError } from 'perm-lmc';
import { onnxForward, onnxParams } from 'perm-lmc/onnx';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { floats, int64s } from '../support/onnx/feeds';
import { modelBytes, type NodeGiven, type TensorGiven } from '../support/onnx/modelBytes';

beforeAll(() => useBackend('cpu'));

/** The bytes of a small model, changed in its decoded form. */
function changed(change: (model: ReturnType<typeof decoded>) => void): Uint8Array {
  const model = decoded(
    modelBytes({
      inputs: { x: { shape: [2, 3] } },
      nodes: [
        ['MatMul', ['x', 'w'], ['h']],
        ['Reshape', ['h', 'shape'], ['y'], { allowzero: 0 }],
      ],
      initializers: {
        w: floats([3, 4]),
        shape: { type: 'int64', shape: [2], data: [4, 2] },
      },
      outputs: ['y'],
    }),
  );
  change(model);
  return toBinary(ModelProtoSchema, model);
}

const decoded = (bytes: Uint8Array) => fromBinary(ModelProtoSchema, bytes);

const withWeight = (change: (weight: TensorProto) => void) =>
  changed((model) => change(model.graph!.initializer[0]));

const withNode = (change: (node: NodeProto) => void) =>
  changed((model) => change(model.graph!.node[1]));

const external = (offset: string, length: string) =>
  withWeight((weight) => {
    weight.rawData = new Uint8Array();
    weight.dataLocation = 1;
    const entries = { location: 'weights', offset, length };
    weight.externalData = Object.entries(entries).map(([key, value]) => ({
      $typeName: 'onnx.StringStringEntryProto',
      key,
      value,
    }));
  });

/** Reads a file: its weights, and the program of its graph. */
function read(bytes: Uint8Array, externalData?: Readonly<Record<string, Uint8Array>>): void {
  const options = externalData ? { externalData } : {};
  tf.dispose(onnxParams(bytes, options));
  onnxForward(bytes, options);
}

it('the model that the cases below change is read', () => {
  read(changed(() => {}));
  read(external('4', '48'), { weights: new Uint8Array(52) });
});

it.each<[string, Uint8Array, string]>([
  ['no bytes', new Uint8Array(), 'it has 0 graphs instead of one'],
  ['text', new TextEncoder().encode('<!DOCTYPE html><html>'), 'the bytes are not an ONNX model'],
  ['half a file', changed(() => {}).subarray(0, 100), 'the file is cut short'],
  [
    'a size beyond the file',
    new Uint8Array([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    'the file is cut short',
  ],
  [
    'an integer without end',
    new Uint8Array([0x08, ...new Array(12).fill(0xff)]),
    'the bytes are not an ONNX model',
  ],
  ['a group without end', new Uint8Array([0x0b, 0x0b, 0x0b]), 'the bytes are not an ONNX model'],
  ['messages in messages', nested(5000), 'messages are inside each other'],
  [
    'sizes that multiply beyond the data',
    withWeight((weight) => {
      weight.dims = [2n ** 40n, 2n ** 40n];
    }),
    "tensor 'w' of shape [1099511627776,1099511627776] has 48 bytes of values, but its shape needs",
  ],
  [
    'a negative size',
    withWeight((weight) => {
      weight.dims = [-3n, -4n];
    }),
    "tensor 'w' has shape [-3,-4]",
  ],
  [
    'too few values',
    withWeight((weight) => {
      weight.rawData = weight.rawData.subarray(0, 44);
    }),
    'has 44 bytes of values, but its shape needs 48',
  ],
  [
    'no values',
    changed((model) => {
      const [weight] = model.graph!.initializer;
      weight.rawData = new Uint8Array();
      weight.floatData = [1, 2];
    }),
    "tensor 'w' of shape [3,4] has",
  ],
  [
    'values in the field of another type',
    withWeight((weight) => {
      weight.rawData = new Uint8Array();
      weight.doubleData = new Array(12).fill(0);
    }),
    "tensor 'w' of shape [3,4] ",
  ],
  [
    'an unknown element type',
    withWeight((weight) => {
      weight.dataType = 99;
    }),
    'element type 99 is not known',
  ],
  [
    'an element type that weights do not have',
    withWeight((weight) => {
      weight.dataType = 8;
    }),
    "tensor 'w' has elements of type string",
  ],
  ['external data that is missing', external('0', '48'), "the file 'weights', which is not given"],
  [
    'external data at no number',
    external('-1', '48'),
    "has external data with location 'weights', offset '-1'",
  ],
  [
    'an attribute of another kind',
    withNode((node) => {
      const [attribute] = node.attribute;
      attribute.type = 3;
      attribute.s = new TextEncoder().encode('no');
    }),
    "attribute 'allowzero' has another kind of value than its operator takes",
  ],
  [
    'an attribute of an unknown kind',
    withNode((node) => {
      node.attribute[0].type = 77 as 1;
    }),
    "attribute 'allowzero' holds a type, a sparse tensor or a list",
  ],
  [
    'an operator that does not exist',
    withNode((node) => {
      node.opType = 'constructor';
    }),
    'operator constructor of opset 17 is not supported',
  ],
  [
    'a transposition that names an axis twice',
    withNode((node) => {
      node.opType = 'Transpose';
      node.input = ['h'];
      Object.assign(node.attribute[0], { name: 'perm', type: 7, ints: [1n, 1n] });
    }),
    'perm is [1,1], which does not name each of 2 axes once',
  ],
  [
    'no version of operators',
    changed((model) => {
      model.opsetImport = [];
    }),
    'the model does not say the version of its operators',
  ],
])('a file with %s is refused', (_, bytes, message) => {
  const before = tf.memory().numTensors;
  const error = errorOf(() => {
    read(bytes);
    // Attributes and shapes are read when the graph is run.
    const input = tf.zeros([2, 3]);
    try {
      tf.tidy(() => onnxForward(bytes)(onnxParams(bytes), input));
    } finally {
      input.dispose();
    }
  });
  expect(error).toBeInstanceOf(InvalidInputError);
  expect((error as Error).message).toContain(message);
  expect(tf.memory().numTensors).toBe(before);
});

it.each([
  ['0', '49', 48],
  ['8', '48', 48],
  ['999999999999', '48', 48],
])(
  'external data from %s of length %s in a file of %d bytes is refused',
  (offset, length, size) => {
    const error = errorOf(() => read(external(offset, length), { weights: new Uint8Array(size) }));
    expect(error).toBeInstanceOf(InvalidInputError);
  },
);

const huge = int64s(2 ** 20, 2 ** 20);
const far = { type: 'int64', shape: [], data: [2 ** 40] } as const;
const one = { type: 'int64', shape: [1, 1], data: [1] } as const;
it.each<[string, NodeGiven, Record<string, TensorGiven>]>([
  ['ConstantOfShape', ['ConstantOfShape', ['huge'], ['c']], { huge }],
  ['Expand', ['Expand', ['one', 'huge'], ['c']], { one, huge }],
  ['Tile', ['Tile', ['one', 'huge'], ['c']], { one, huge }],
  [
    'Range',
    ['Range', ['zero', 'far', 'step'], ['c']],
    { zero: { ...far, data: [0] }, far, step: { ...far, data: [1] } },
  ],
  [
    'Pad',
    ['Pad', ['one', 'pads'], ['c']],
    { one, pads: int64s(2 ** 20, 2 ** 20, 2 ** 20, 2 ** 20) },
  ],
  ['OneHot', ['OneHot', ['one', 'far', 'values'], ['c']], { one, far, values: int64s(0, 1) }],
])('a %s of constants that would fill the memory is refused', (_, node, initializers) => {
  const bytes = modelBytes({
    inputs: { x: { shape: [2, 3] } },
    nodes: [node, ['Add', ['x', 'c'], ['y']]],
    initializers,
    outputs: ['y'],
  });
  expect(errorOf(() => read(bytes))).toBeInstanceOf(InvalidInputError);
});

it('a node with 300 000 inputs is read', () => {
  const names = Array.from({ length: 300_000 }, (_, i) => `y${i % 1000}`);
  const bytes = modelBytes({
    inputs: { x: { shape: [2, 3] } },
    nodes: [
      ['Max', names, ['y']],
      ...Array.from({ length: 1000 }, (_, i) => ['Relu', ['x'], [`y${i}`]] as const),
    ],
    outputs: ['y'],
  });
  expect(() => read(bytes)).not.toThrow();
});

/** Messages inside each other: a model, its graph, a node, its attribute, a graph … */
function nested(depth: number): Uint8Array {
  // The fields graph of the model, node of a graph, attribute of a node, graph of an attribute.
  const tags = [0x0a, 0x2a, 0x32];
  let bytes = new Uint8Array();
  for (let i = depth * 3; i >= 0; i--) {
    const tag = i === 0 ? 0x3a : tags[(i - 1) % 3];
    const head = [tag, ...varint(bytes.length)];
    const longer = new Uint8Array(head.length + bytes.length);
    longer.set(head);
    longer.set(bytes, head.length);
    bytes = longer;
  }
  return bytes;
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}

function errorOf(work: () => void): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}
