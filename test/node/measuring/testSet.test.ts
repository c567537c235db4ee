import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type GraphInput, testSet } from '../../../src/node/measuring/testSet';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';

await useBackend('cpu');

const input = (fields: Partial<GraphInput> = {}): GraphInput => ({
  name: 'image',
  dtype: 'float32',
  ...fields,
});
const [x, y] = [tf.ones([6, 2]), tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32')];

describe('testSet', () => {
  it.each(['x', 'x0', 'image'])('takes the only input under the name %s', (name) => {
    const set = testSet({ [name]: x, y }, [input()]);
    expect(set.x).toBe(x);
    expect(set).toMatchObject({ y, count: 6, leftOut: 0, batch: undefined });
  });

  it('takes several inputs under their names, or as x0, x1, …', () => {
    const inputs = [
      input({ name: 'ids', dtype: 'int32' }),
      input({ name: 'mask', dtype: undefined }),
    ];
    const [ids, mask] = [tf.zeros([6], 'int32'), tf.ones([6, 3])];
    expect(testSet({ mask, ids, y }, inputs).x).toEqual({ ids, mask });
    expect(testSet({ x0: ids, x1: mask, y }, inputs).x).toEqual({ ids, mask });
    expect(testSet({ ids, mask }, inputs).y).toBeNull();
    expect(() => testSet({ x: ids, y }, inputs)).toThrow(
      "the file holds 'x', but the graph takes 'ids', 'mask', or 'x0', 'x1'",
    );
  });

  it('casts integers to the floats that the graph takes, and refuses the reverse', () => {
    const bytes = tf.tensor2d([[0, 255]], [1, 2], 'int32');
    const set = testSet({ x: bytes }, [input()]);
    expect((set.x as tf.Tensor).dtype).toBe('float32');
    expect(Array.from((set.x as tf.Tensor).dataSync())).toEqual([0, 255]);
    expect(() => testSet({ x }, [input({ dtype: 'int32' })])).toThrow(
      "'x' holds float32, but the graph takes int32",
    );
  });

  it('makes labels of booleans integers, and a column of class numbers a list', () => {
    const column = testSet({ x, y: tf.reshape(y, [6, 1]) }, [input()]).y!;
    expect([column.shape, column.dtype]).toEqual([[6], 'int32']);
    const rows = testSet({ x, y: tf.ones([6, 3], 'bool') }, [input()]).y!;
    expect([rows.shape, rows.dtype]).toEqual([[6, 3], 'int32']);
    expect(testSet({ x, y: tf.ones([6, 1]) }, [input()]).y!.shape).toEqual([6, 1]);
  });

  it('leaves out samples at the end where the graph fixes the batch', () => {
    const set = testSet({ x, y }, [input({ batch: 4 })]);
    expect(set).toMatchObject({ count: 4, leftOut: 2, batch: 4 });
    expect((set.x as tf.Tensor).shape).toEqual([4, 2]);
    expect(set.y!.shape).toEqual([4]);
    expect(() => testSet({ x, y }, [input({ batch: 7 })])).toThrow('fewer than the 7 of a batch');
  });

  it('leaves no tensor behind when it refuses data', async () => {
    const labels = tf.ones([5]);
    await expectNoLeak(async () => {
      expect(() => testSet({ x: y, y: labels }, [input()])).toThrow('6 samples and 5 labels');
    });
  });
});
