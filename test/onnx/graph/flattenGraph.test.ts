import * as tf from '@tensorflow/tfjs-core';
import { onnxForward, onnxParams } from 'perm-lmc/onnx';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import { floats } from '../../support/onnx/feeds';
import { type GraphGiven, modelBytes } from '../../support/onnx/modelBytes';

beforeAll(() => useBackend('cpu'));

const x = floats([2, 3]);

function paramNames(graph: GraphGiven, ir = 8): string[] {
  const params = onnxParams(modelBytes(graph, { ir }));
  tf.dispose(params);
  return Object.keys(params);
}

it('initializers that are listed as inputs, as before IR version 4, are no inputs', async () => {
  const w = floats([3, 4], 2);
  const graph = {
    inputs: { x, w },
    nodes: [['MatMul', ['x', 'w'], ['y']]],
    initializers: { w },
    outputs: ['y'],
  } satisfies GraphGiven;
  await expectLikeReference(graph, { x }, { ir: 3, opset: 8 });
});

it('Constant nodes of two floats or more are weights; of one float they are none', () => {
  const names = paramNames({
    inputs: { x },
    nodes: [
      ['Constant', [], ['w'], { value: { tensor: floats([3, 4]) } }],
      ['Constant', [], ['half'], { value_float: { float: 0.5 } }],
      ['Constant', [], ['one'], { value: { tensor: floats([1]) } }],
      ['MatMul', ['x', 'w'], ['h']],
      ['Mul', ['h', 'half'], ['i']],
      ['Mul', ['i', 'one'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(names).toEqual(['w']);
});

it('another name of a weight, as exporters leave it for equal tensors, is a weight too', () => {
  const names = paramNames({
    inputs: { x },
    nodes: [
      ['Identity', ['a'], ['b']],
      ['Identity', ['b'], ['c']],
      ['Add', ['x', 'a'], ['h']],
      ['Mul', ['h', 'c'], ['y']],
    ],
    initializers: { a: floats([3]) },
    outputs: ['y'],
  });
  expect(names).toEqual(['a', 'c']);
});

it('nodes may be in any order', async () => {
  const relu: readonly [string, string[], string[]] = ['Relu', ['h'], ['y']];
  const matMul: readonly [string, string[], string[]] = ['Tanh', ['x'], ['h']];
  const data = Array.from(x.data, (each) => Math.max(0, Math.tanh(each)));
  await expectLikeReference(
    { nodes: [relu, matMul], outputs: ['y'] },
    { x },
    { expected: { y: { shape: [2, 3], data } } },
  );
});

it('outputs that are one value, an input or a weight are tensors of their own', () => {
  const bytes = modelBytes({
    inputs: { x },
    nodes: [
      ['Relu', ['x'], ['y']],
      ['Identity', ['y'], ['z']],
      ['Identity', ['x'], ['input']],
    ],
    initializers: { w: floats([3]) },
    outputs: ['y', 'z', 'input', 'w'],
  });
  const params = onnxParams(bytes);
  const input = tf.zeros([2, 3]);
  const outputs = onnxForward<tf.NamedTensorMap>(bytes)(params, input);
  const all = [...Object.values(outputs), input, params.w];
  expect(new Set(all).size).toBe(6);
  tf.dispose(outputs.y);
  expect([outputs.z, input, params.w].some((each) => each.isDisposed)).toBe(false);
  tf.dispose(all);
});

it.each<[string, Partial<GraphGiven>, string]>([
  [
    'two nodes with one output',
    {
      nodes: [
        ['Relu', ['x'], ['y']],
        ['Tanh', ['x'], ['y']],
      ],
    },
    "two nodes or tensors make the value 'y'",
  ],
  [
    'a node that makes a weight',
    { nodes: [['Relu', ['x'], ['w']]], initializers: { w: x }, outputs: ['w'] },
    "two nodes or tensors make the value 'w'",
  ],
  [
    'a node that makes an input',
    { nodes: [['Relu', ['x'], ['x']]], outputs: ['x'] },
    "two nodes or tensors make the value 'x'",
  ],
  [
    'an input that nothing makes',
    { nodes: [['Relu', ['lost'], ['y']]] },
    "node 'y' (Relu): 'lost' is made by no node",
  ],
  [
    'an output that nothing makes',
    { nodes: [], outputs: ['lost'] },
    "output 'lost' is made by no node",
  ],
  [
    'a cycle',
    {
      nodes: [
        ['Add', ['x', 'b'], ['a']],
        ['Relu', ['a'], ['b']],
        ['Tanh', ['a'], ['y']],
      ],
    },
    'its graph has a cycle',
  ],
  ['a node that reads itself', { nodes: [['Relu', ['y'], ['y']]] }, 'its graph has a cycle'],
  [
    'a weight that no record can hold',
    {
      nodes: [['Add', ['x', '__proto__'], ['y']]],
      initializers: Object.fromEntries([['__proto__', x]]),
    },
    "a weight is named '__proto__'",
  ],
])('a graph with %s is refused', (_, graph, message) => {
  const bytes = modelBytes({ inputs: { x }, nodes: [], outputs: ['y'], ...graph });
  expect(() => onnxForward(bytes)).toThrow(message);
});
