import * as tf from '@tensorflow/tfjs-core';
import { average, InvalidInputError, interpolate, type Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams } from '../support/invariants';

await useBackend('cpu');

const network = (value: number): Params => ({
  w: tf.fill([2, 2], value),
  b: tf.tensor1d([value, -value]),
});
const counted = (value: number): Params => ({
  w: tf.scalar(value),
  n: tf.scalar(value, 'int32'),
  mask: tf.scalar(value > 1, 'bool'),
});

describe('interpolate', () => {
  it('is (1 − α)·A + α·B, and the ends are the networks themselves', async () => {
    const [a, b] = [network(2), network(6)];
    await expectSameParams(interpolate(a, b, 0), a);
    await expectSameParams(interpolate(a, b, 1), b);
    await expectSameParams(interpolate(a, b, 0.25), network(3));
  });

  it('goes beyond the ends only when asked', async () => {
    const [a, b] = [network(2), network(6)];
    expect(() => interpolate(a, b, 1.5)).toThrow(
      /interpolate: alpha must be in \[0, 1\], received 1\.5.*extrapolate: true/,
    );
    expect(() => interpolate(a, b, -0.1)).toThrow(InvalidInputError);
    expect(() => interpolate(a, b, Number.NaN, { extrapolate: true })).toThrow(/received NaN/);
    await expectSameParams(interpolate(a, b, 1.5, { extrapolate: true }), network(8));
  });

  it('refuses integers by name, or takes them from A when asked', async () => {
    const [a, b] = [counted(1), counted(3)];
    expect(() => interpolate(a, b, 0.5)).toThrow(
      /parameter 'n' is int32, and only floats can be averaged.*integers: 'first'/,
    );
    const merged = interpolate(a, b, 0.5, { integers: 'first' });
    expect(merged.n.dtype).toBe('int32');
    expect(
      await Promise.all([merged.w, merged.n, merged.mask].map(async (x) => (await x.data())[0])),
    ).toEqual([2, 1, 0]);
  });

  it('keeps only its result, and that is new', async () => {
    const [a, b] = [counted(1), counted(3)];
    const merged = await expectNoLeak(() => interpolate(a, b, 0.5, { integers: 'first' }), 3);
    tf.dispose(merged as Params);
    for (const tensor of [...Object.values(a), ...Object.values(b)])
      expect(tensor.isDisposed).toBe(false);
    expect((await a.n.data())[0]).toBe(1);
    expect(await expectNoLeak(() => interpolate(a, { w: a.w }, 0.5))).toBeInstanceOf(
      InvalidInputError,
    );
  });
});

describe('average', () => {
  it('is Σ wᵢθᵢ, of equal weights unless told', async () => {
    const models = [network(1), network(2), network(6)];
    await expectSameParams(average(models), network(3), 1e-6);
    await expectSameParams(average(models, { weights: [0.5, 0.5, 0] }), network(1.5));
    await expectSameParams(average([models[0]]), models[0]);
    const merged = await expectNoLeak(() => average(models), 2);
    tf.dispose(merged as Params);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['no network', () => average([]), /average: expected at least 1 network/],
    [
      'too few weights',
      () => average([network(1), network(2)], { weights: [1] }),
      /there are 2 networks and 1 weights/,
    ],
    [
      'a negative weight',
      () => average([network(1), network(2)], { weights: [1.5, -0.5] }),
      /weights\[1\] is -0\.5/,
    ],
    [
      'a weight that is NaN',
      () => average([network(1)], { weights: [Number.NaN] }),
      /weights\[0\] is NaN/,
    ],
    [
      'weights that do not sum to 1',
      () => average([network(1), network(2)], { weights: [1, 1] }),
      /the weights sum to 2, expected 1/,
    ],
    [
      'a network that differs',
      () => average([network(1), counted(1)]),
      /models\[1\] lacks parameter 'b', which models\[0\] has; models\[1\] has 'n' instead/,
    ],
    ['integers', () => average([counted(1), counted(2)]), /parameter 'n' is int32/],
  ])('refuses %s', async (_, work, message) => {
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(message);
  });
});
