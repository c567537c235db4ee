import * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError } from 'perm-lmc';
import { onnxForward, onnxParams, writeOnnx } from 'perm-lmc/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { int64s } from '../support/onnx/feeds';
import { modelBytes, type NodeGiven } from '../support/onnx/modelBytes';

beforeAll(() => useBackend('cpu'));

const SIZE = 2 ** 22;
const large = (name: string): NodeGiven => ['ConstantOfShape', ['size'], [name]];
const list = <T>(count: number, item: (i: number) => T) =>
  Array.from({ length: count }, (_, i) => item(i));

/** A model that adds the number of elements of `c` to its input. */
function sizeOf(nodes: readonly NodeGiven[]): Uint8Array {
  return modelBytes({
    inputs: { x: { shape: [2, 3] } },
    nodes: [
      ...nodes,
      ['Size', ['c'], ['count']],
      ['Cast', ['count'], ['number'], { to: 1 }],
      ['Add', ['x', 'number'], ['y']],
    ],
    initializers: { size: int64s(SIZE) },
    outputs: ['y'],
  });
}

describe('a graph is read in time and memory in proportion to it', () => {
  it('and is not run if it joins constants beyond what memory holds', () => {
    const joined = ['Concat', list(300, () => 'v'), ['c'], { axis: 0 }] satisfies NodeGiven;
    const forward = onnxForward(sizeOf([large('v'), joined]));
    expect(() => forward({}, tf.zeros([2, 3]))).toThrow(
      `a constant of shape [${300 * SIZE}] has more than 33554432 elements`,
    );
  });

  it.each<[string, NodeGiven[]]>([
    [
      'makes many large constants',
      [...list(200, (i) => large(`v${i}`)), ['Sum', list(200, (i) => `v${i}`), ['c']]],
    ],
    [
      'adds a large constant to itself many times',
      [large('v'), ['Sum', list(500, () => 'v'), ['c']]],
    ],
  ])('without its constants, if it %s', { timeout: 20_000 }, (_, nodes) => {
    expect(onnxForward(sizeOf(nodes))).toBeInstanceOf(Function);
  });

  it.each<[string, (from: string, to: string) => NodeGiven]>([
    ['Identity', (from, to) => ['Identity', [from], [to]]],
    ['Sqrt', (from, to) => ['Sqrt', [from], [to]]],
  ])(
    'if its nodes are a long chain of %s, from the last to the first',
    { timeout: 20_000 },
    (_, node) => {
      const count = 8000;
      const name = (i: number) => (i === 0 ? 'x' : i === count ? 'y' : `v${i}`);
      const bytes = modelBytes({
        inputs: { x: { shape: [2, 3] } },
        nodes: list(count, (i) => node(name(i), name(i + 1))).reverse(),
        outputs: ['y'],
      });
      expect(onnxParams(bytes)).toEqual({});
      expect(onnxForward(bytes)).toBeInstanceOf(Function);
    },
  );
});

it('a name of a million @ is found to be no use of a weight in time in proportion to it', {
  timeout: 20_000,
}, async () => {
  const bytes = modelBytes({
    inputs: { x: { shape: [2] } },
    nodes: [['Add', ['x', 'w'], ['y']]],
    initializers: { w: int64s(1) },
    outputs: ['y'],
  });
  const params = { ['@'.repeat(1_000_000)]: tf.zeros([1]) };
  await expect(writeOnnx(bytes, params)).rejects.toThrow(InvalidInputError);
});
