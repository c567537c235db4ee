import * as tf from '@tensorflow/tfjs-core';
import { spliceParams } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams } from '../support/invariants';

await useBackend('cpu');

const a = { x: tf.tensor1d([1, 2]), y: tf.scalar(3), n: tf.scalar(4, 'int32') };
const b = { x: tf.tensor1d([5, 6]), y: tf.scalar(7), n: tf.scalar(8, 'int32') };

describe('spliceParams', () => {
  it('takes from B what is chosen and the rest from A, in new tensors', async () => {
    const hybrid = spliceParams(a, b, (name) => name !== 'y');
    await expectSameParams(hybrid, { x: b.x, y: a.y, n: b.n });
    tf.dispose(hybrid);
    await expectSameParams(
      spliceParams(a, b, () => false),
      a,
    );
    expect(a.y.isDisposed || b.x.isDisposed).toBe(false);
  });

  it('leaks nothing, and refuses networks that differ', async () => {
    await expectNoLeak(() => spliceParams(a, b, () => true), 3);
    const error = await expectNoLeak(() => spliceParams(a, { x: b.x }, () => true));
    expect((error as Error).message).toMatch(/spliceParams: .* lacks parameter 'y'/);
    const failing = () => {
      throw new Error('which?');
    };
    await expectNoLeak(() => spliceParams(a, b, failing));
  });
});
