import * as tf from '@tensorflow/tfjs-core';
import { applyMask, InvalidInputError, type Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { expectOwned, readAndDispose, rows } from './masks';

await useBackend('cpu');

describe('applyMask', () => {
  it('is θ ⊙ m; integers stay', async () => {
    const params = { ...rows({ k: [2, -3, 4] }), n: tf.scalar(5, 'int32') };
    const mask = { ...rows({ k: [1, 0, 1] }), n: tf.scalar(1) };
    expect(await readAndDispose(applyMask(params, mask))).toEqual({ k: [2, -0, 4], n: [5] });
    await expectOwned(() => applyMask(params, mask), 2, [params, mask]);
  });

  it('lets gradients through where weights are kept', async () => {
    // d/dw Σ (m·w)² = 2·m·w
    await import('@tensorflow/tfjs-layers'); // registers tfjs's gradients
    const mask = rows({ k: [1, 0, 1] });
    const loss = (k: tf.Tensor) => tf.sum(tf.square(applyMask({ k }, mask).k)) as tf.Scalar;
    const gradient = tf.grad(loss)(tf.tensor2d([[2, 3, 4]]));
    expect(Array.from(await gradient.data())).toEqual([4, 0, 8]);
  });

  it.each<[string, Params, RegExp]>([
    ['shapes', rows({ k: [1, 0] }), /applyMask: parameter 'k' differs on axis 1/],
    ['names', rows({ l: [1, 0, 1] }), /mask lacks parameter 'k', which params has/],
    ['dtypes', { k: tf.ones([1, 3], 'int32') }, /parameter 'k' of mask is int32/],
  ])('refuses masks of other %s', async (_, mask, message) => {
    const error = await expectNoLeak(() => applyMask(rowsOf3, mask));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
  });
  const rowsOf3 = rows({ k: [1, 2, 3] });
});
