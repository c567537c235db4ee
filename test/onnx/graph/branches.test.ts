import * as tf from '@tensorflow/tfjs-core';
import { onnxForward, onnxParams } from 'perm-lmc/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import { floats, given, int64s } from '../../support/onnx/feeds';
import { type GraphGiven, modelBytes, type NodeGiven } from '../../support/onnx/modelBytes';

beforeAll(() => useBackend('cpu'));

const branch = (nodes: readonly NodeGiven[], outputs: readonly string[], more = {}) => ({
  graph: { nodes, outputs, ...more } satisfies GraphGiven,
});
const relu = branch([['Relu', ['x'], ['r']]], ['r']);
const tanh = branch([['Tanh', ['x'], ['t']]], ['t']);
const yes = given([1], [], 'bool');
const no = given([0], [], 'bool');

describe.each([
  [true, yes],
  [false, no],
])('a condition that is %s', (_, condition) => {
  it('may be an initializer', async () => {
    await expectLikeReference(
      {
        nodes: [['If', ['c'], ['y'], { then_branch: relu, else_branch: tanh }]],
        initializers: { c: condition },
        outputs: ['y'],
      },
      { x: floats([2, 3]) },
    );
  });

  it('may be a Constant, also through Identity', async () => {
    await expectLikeReference(
      {
        nodes: [
          ['Constant', [], ['c'], { value: { tensor: condition } }],
          ['Identity', ['c'], ['same']],
          ['If', ['c'], ['one'], { then_branch: relu, else_branch: tanh }],
          ['If', ['same'], ['two'], { then_branch: tanh, else_branch: relu }],
          ['Add', ['one', 'two'], ['y']],
        ],
        outputs: ['y'],
      },
      { x: floats([2, 3]) },
    );
  });
});

it.each([[[2, 3]], [[3, 3]]])('the shape %j decides', async (shape) => {
  const deep = branch(
    [['If', ['isSquare'], ['d'], { then_branch: tanh, else_branch: relu }]],
    ['d'],
  );
  await expectLikeReference(
    {
      nodes: [
        ['Shape', ['x'], ['rows'], { end: 1 }],
        ['Shape', ['x'], ['columns'], { start: 1 }],
        ['Equal', ['rows', 'columns'], ['isSquare']],
        ['Equal', ['rows', 'two'], ['isTwo']],
        ['If', ['isSquare'], ['one'], { then_branch: relu, else_branch: tanh }],
        ['If', ['isTwo'], ['other'], { then_branch: deep, else_branch: tanh }],
        ['Sub', ['one', 'other'], ['y']],
      ],
      initializers: { two: int64s(2) },
      outputs: ['y'],
    },
    { x: floats(shape) },
  );
});

it('branches have weights of their own, and those of the branch that is not taken are none', () => {
  const add = (name: string) =>
    branch([['Add', ['x', name], [`${name}Sum`]]], [`${name}Sum`], {
      initializers: { [name]: floats([3]) },
    });
  const params = onnxParams(
    modelBytes({
      inputs: { x: { shape: [2, 3] } },
      nodes: [['If', ['c'], ['y'], { then_branch: add('left'), else_branch: add('right') }]],
      initializers: { c: no },
      outputs: ['y'],
    }),
  );
  expect(Object.keys(params)).toEqual(['right']);
  tf.dispose(params);
});

it('names in both branches are told apart', async () => {
  const add = (seed: number) =>
    branch(
      [
        ['Add', ['x', 'w'], ['sum']],
        ['Relu', ['sum'], ['r']],
      ],
      ['r'],
      { initializers: { w: floats([3], seed) } },
    );
  await expectLikeReference(
    {
      nodes: [
        ['If', ['c'], ['one'], { then_branch: add(1), else_branch: add(2) }],
        ['If', ['c'], ['two'], { then_branch: add(3), else_branch: add(4) }],
        ['Sub', ['one', 'two'], ['y']],
      ],
      initializers: { c: yes },
      outputs: ['y'],
    },
    { x: floats([2, 3]) },
  );
});

it('a condition on values of the input is refused', () => {
  const bytes = modelBytes({
    inputs: { x: { shape: [2, 3] }, c: { type: 'bool', shape: [] } },
    nodes: [['If', ['c'], ['y'], { then_branch: relu, else_branch: tanh }]],
    outputs: ['y'],
  });
  const feeds = { x: tf.zeros([2, 3]), c: tf.scalar(true, 'bool') };
  expect(() => onnxForward(bytes)({}, feeds)).toThrow(
    'the condition of an If depends on values of the input',
  );
  tf.dispose(feeds);
});

it('a branch with too few outputs is refused', () => {
  const bytes = modelBytes({
    inputs: { x: { shape: [2, 3] }, c: { type: 'bool', shape: [] } },
    nodes: [['If', ['c'], ['y', 'z'], { then_branch: relu, else_branch: tanh }]],
    outputs: ['y', 'z'],
  });
  expect(() => onnxForward(bytes)).toThrow("its output 'z' is not made inside");
});
