import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cutBatches, rowsOf } from '../../src/params/cutBatches';
import { useBackend } from '../support/backend';

beforeAll(() => useBackend('cpu'));

describe('cutBatches', () => {
  it.each([
    [0, 3],
    [1, 1],
    [7, 3],
    [6, 3],
    [2, 5],
  ])('of %i samples in batches of %i holds each sample once, in order', (count, batchSize) => {
    const batches = cutBatches(count, batchSize);
    const samples = batches.flatMap(({ start, size }) =>
      Array.from({ length: size }, (_, i) => start + i),
    );
    expect(samples).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(batches.slice(0, -1).every(({ size }) => size === batchSize)).toBe(true);
  });
});

describe('rowsOf', () => {
  it('cuts samples along the first axis, and is the tensor itself for all of them', async () => {
    const x = tf.tensor3d([0, 1, 2, 3, 4, 5], [3, 2, 1]);
    const rows = rowsOf(x, { start: 1, size: 2 });
    expect(rows.shape).toEqual([2, 2, 1]);
    expect([...(await rows.data())]).toEqual([2, 3, 4, 5]);
    expect(rowsOf(x, { start: 0, size: 3 })).toBe(x);
    tf.dispose([x, rows]);
  });
});
