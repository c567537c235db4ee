import * as tf from '@tensorflow/tfjs-core';
import { average, InvalidInputError, type Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';

await useBackend('cpu');

const network = (value: number): Params => ({ w: tf.scalar(value) });
const merged = async (values: readonly number[], options: Parameters<typeof average>[1]) =>
  (await average(values.map(network), options).w.data())[0];

describe('weights that sum to 1 within rounding', () => {
  it.each([
    ['thirds to three decimals', [0.333, 0.333, 0.333]],
    ['thirds to two decimals', [0.33, 0.33, 0.33]],
    ['sixths to two decimals', [0.17, 0.17, 0.17, 0.17, 0.17, 0.17]],
    ['thirds as float64', [1 / 3, 1 / 3, 1 / 3]],
  ])('%s give the mean', async (_, weights) => {
    expect(await merged(new Array(weights.length).fill(6), { weights })).toBe(6);
    const values = weights.map((__, i) => i);
    expect(await merged(values, { weights })).toBeCloseTo((weights.length - 1) / 2, 6);
  });

  it.each([
    ['two', [0.5, 0.52], '1.02'],
    ['three', [0.33, 0.33, 0.32], '0.98'],
    ['twenty', new Array(20).fill(0.06), '1.2'],
  ])('of %s networks are not those that are further off', (_, weights, sum) => {
    const models = weights.map(network);
    expect(() => average(models, { weights })).toThrow(`the weights sum to ${sum}`);
  });
});

describe('any weights', () => {
  it('are taken as they are: task arithmetic', async () => {
    // base + 0.5·(a − base) + 0.5·(b − base), and a difference of two networks
    const options = { weights: [0, 0.5, 0.5], anyWeights: true };
    expect(await merged([1, 3, 7], options)).toBe(5);
    expect(await merged([1, 3, 7], { weights: [-1, 1, 1], anyWeights: true })).toBe(9);
    expect(await merged([7, 3], { weights: [1, -1], anyWeights: true })).toBe(4);
    expect(await merged([2], { weights: [0.5], anyWeights: true })).toBe(1);
  });

  it('are asked for in the error of others', () => {
    const models = [network(1), network(2)];
    expect(() => average(models, { weights: [2, -1] })).toThrow(
      /weights\[1\] is -1, .*anyWeights: true/,
    );
    expect(() => average(models, { weights: [1, 1] })).toThrow(/sum to 2, .*anyWeights: true/);
  });

  it('are finite', () => {
    const weights = [Infinity, 1];
    expect(() => average([network(1), network(2)], { weights, anyWeights: true })).toThrow(
      InvalidInputError,
    );
  });
});

it.each<[string, readonly number[], RegExp, unknown]>([
  ['a negative weight', [2, -1], /weights\[1\] is -1/, -1],
  ['another sum', [1, 1], /sum to 2/, 2],
  ['another number', [1], /there are 2 networks and 1 weights/, 1],
  ['infinity', [Infinity, 1], /weights\[0\] is Infinity/, Infinity],
  ['no array', 'half' as never, /weights must be an array, received a string/, 'a string'],
])('%s is refused, with the fields of the error', (_, weights, message, received) => {
  const error = (() => {
    try {
      return average([network(1), network(2)], { weights });
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toMatchObject({ fn: 'average', param: 'weights', received });
  expect((error as Error).message).toMatch(message);
});

it('an array stands for the weights alone', async () => {
  expect(await merged([2, 6], [0.25, 0.75])).toBe(5);
});
