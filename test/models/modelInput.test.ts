import type * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { InvalidInputError } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { embeddedIds } from '../../src/models/embeddedIds';
import { type DeclaredInput, modelInput } from '../../src/models/modelInput';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';

await useBackend('cpu');

const declared = (shape: DeclaredInput['shape'], dtype = 'float32', idsBelow?: number) => ({
  name: 'x',
  shape,
  dtype,
  idsBelow,
});
const made = (input: DeclaredInput, inputShape?: number[]) =>
  modelInput([input], inputShape, 0) as tf.Tensor;

describe('modelInput', () => {
  it.each<[DeclaredInput['shape'], number[] | undefined, number[]]>([
    [[null, 7], undefined, [2, 7]],
    [[5, 7], undefined, [5, 7]],
    [[null, null], undefined, [2, 3]],
    [[null, null, 7], undefined, [2, 3, 7]],
    [[null, null, null, 3], undefined, [2, 32, 32, 3]],
    [[null, 3, null, null], undefined, [2, 3, 32, 32]],
    [[null, null, null, null, 1], undefined, [2, 16, 16, 16, 1]],
    [
      [null, null, null, 3],
      [8, 9, 3],
      [2, 8, 9, 3],
    ],
    [
      [1, null, null, 3],
      [8, 9, 3],
      [1, 8, 9, 3],
    ],
    [undefined, [4], [2, 4]],
  ])('makes of the shape %j and inputShape %j a batch of %j', (shape, inputShape, expected) => {
    expect(made(declared(shape), inputShape).shape).toEqual(expected);
  });

  it('draws floats of both signs, ids in range, and bits for other integers', async () => {
    const floats = await made(declared([50, 4])).data();
    expect(Math.min(...floats)).toBeLessThan(-0.9);
    expect(Math.max(...floats)).toBeGreaterThan(0.9);
    for (const dtype of ['float32', 'int32']) {
      const ids = made(declared([50, 4], dtype, 9));
      expect(ids.dtype).toBe(dtype);
      expect([...new Set(await ids.data())].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
    for (const dtype of ['int32', 'bool']) {
      const bits = made(declared([50], dtype));
      expect(bits.dtype).toBe(dtype);
      expect([...new Set(await bits.data())].sort()).toEqual([0, 1]);
    }
  });

  it('makes one for each input, the same for the same seed', async () => {
    const inputs = [declared([null, 3]), declared([null, 2])];
    const [a, b] = modelInput(inputs, undefined, 7) as tf.Tensor[];
    const [c, d] = modelInput(inputs, undefined, 7) as tf.Tensor[];
    expect(b.shape).toEqual([2, 2]);
    expect(await a.data()).toEqual(await c.data());
    expect(await b.data()).toEqual(await d.data());
  });

  it.each<[string, () => unknown, RegExp]>([
    ['an unknown shape', () => made(declared(undefined)), /does not declare the shape.*inputShape/],
    ['another rank', () => made(declared([null, 4]), [4, 1]), /\[4,1\].*of shape \[4\]/],
    ['another size', () => made(declared([null, null, 4]), [9, 5]), /shape \[open,4\]/],
    ['more than memory holds', () => made(declared([null, 1e9])), /\[2,1000000000\] has more than/],
    ['no size', () => made(declared([null, null]), [0]), /positive integer/],
    ['strings', () => made(declared([null], 'string')), /dtype string.*Pass input/],
    [
      'a shape for one of two inputs',
      () => modelInput([declared([null, 3]), declared([null, null])], [4], 0),
      /one input, but this model has 2/,
    ],
    [
      'a second input that cannot be made',
      () => modelInput([declared([null, 3]), declared(undefined)], undefined, 0),
      /does not declare/,
    ],
  ])('refuses %s', async (_, work, message) => {
    const error = await expectNoLeak(work);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(String(error)).toMatch(message);
  });
});

describe('embeddedIds', () => {
  const { layers } = tfl;
  const embedding = (inputDim: number) =>
    layers.embedding({ inputDim, outputDim: 2, inputLength: 3 });
  const limits = (model: tfl.LayersModel) =>
    model.inputs.map((input) => embeddedIds(model.layers, input));

  it('finds an embedding of the input, in a sequential model', () => {
    expect(limits(tfl.sequential({ layers: [embedding(5), layers.flatten()] }))).toEqual([5]);
  });

  it('finds it inside nested models', () => {
    const inner = tfl.sequential({ layers: [embedding(5), layers.flatten()] });
    expect(limits(tfl.sequential({ layers: [inner, layers.dense({ units: 1 })] }))).toEqual([5]);
    const input = tfl.input({ shape: [3] });
    const outer = tfl.model({ inputs: input, outputs: inner.apply(input) as tfl.SymbolicTensor });
    expect(limits(outer)).toEqual([5]);
  });

  it('finds it inside TimeDistributed and behind layers without weights', () => {
    const timeDistributed = layers.timeDistributed({ layer: embedding(5), inputShape: [4, 3] });
    expect(limits(tfl.sequential({ layers: [timeDistributed] }))).toEqual([5]);
    const reshape = layers.reshape({ targetShape: [3], inputShape: [3, 1] });
    expect(limits(tfl.sequential({ layers: [reshape, embedding(6)] }))).toEqual([6]);
  });

  it('takes the smallest of several, and tells inputs apart', () => {
    const [ids, x] = [tfl.input({ shape: [3] }), tfl.input({ shape: [3] })];
    const outputs = [embedding(9), embedding(4)].map(
      (layer) => layer.apply(ids) as tfl.SymbolicTensor,
    );
    const dense = layers.dense({ units: 2 }).apply(x) as tfl.SymbolicTensor;
    expect(limits(tfl.model({ inputs: [ids, x], outputs: [...outputs, dense] }))).toEqual([
      4,
      undefined,
    ]);
  });
});
