import * as tf from '@tensorflow/tfjs-core';
import { barrier, classificationEvaluator, InvalidInputError, type Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { randomTensor } from '../support/randomTensor';

await useBackend('cpu');

const logits = ({ w }: Params, x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D);
const identity = {
  w: tf.tensor2d([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]),
};

describe('classificationEvaluator', () => {
  it('loss is the mean of −log softmax at the label, error the fraction of wrong maxima', async () => {
    // logits [2 0 0] label 0: log(e² + 2) − 2 = 0.2395; logits [0 1 0] label 2: log(e + 2) = 1.5514
    const x = tf.tensor2d([
      [2, 0, 0],
      [0, 1, 0],
    ]);
    const evaluate = classificationEvaluator(logits, { x, y: tf.tensor1d([0, 2], 'int32') });
    const { loss, error } = await evaluate(identity);
    expect(loss).toBeCloseTo((Math.log(Math.exp(2) + 2) - 2 + Math.log(Math.E + 2)) / 2, 6);
    expect(error).toBe(0.5);
  });

  it('one-hot labels give the same, and so does every batch size', async () => {
    const x = randomTensor([23, 3], 1, 2);
    const labels = tf.tensor1d(
      Array.from({ length: 23 }, (_, i) => i % 3),
      'int32',
    );
    const expected = await classificationEvaluator(logits, { x, y: labels })(identity);
    for (const batchSize of [1, 5, 23, 1000]) {
      const y = tf.oneHot(labels, 3);
      const found = await classificationEvaluator(logits, { x, y }, { batchSize })(identity);
      expect(found.loss).toBeCloseTo(expected.loss, 6);
      expect(found.error).toBe(expected.error);
    }
  });

  it('stays finite on huge logits', async () => {
    const x = tf.tensor2d([[1e4, 0, -1e4]]);
    const { loss } = await classificationEvaluator(logits, { x, y: tf.tensor1d([1], 'int32') })(
      identity,
    );
    expect(loss).toBeCloseTo(1e4, 1);
  });

  it('cuts x into batches once for all points of a barrier', async () => {
    const [x, y] = [tf.ones([5, 3]), tf.tensor1d([0, 1, 2, 0, 1], 'int32')];
    const inputs = new Set<tf.Tensor>();
    const forward = (params: Params, input: tf.Tensor) => {
      inputs.add(input);
      return logits(params, input);
    };
    const evaluate = classificationEvaluator(forward, { x, y }, { batchSize: 2 });
    await expectNoLeak(() => barrier(identity, identity, evaluate, { points: 4 }));
    expect([...inputs].map(({ shape }) => shape[0])).toEqual([2, 2, 1]);
    expect([...inputs].every(({ isDisposed }) => isDisposed)).toBe(true);
  });

  it('leaves no tensor behind, whether it returns or throws', async () => {
    const [x, y] = [tf.ones([4, 3]), tf.tensor1d([0, 1, 2, 0], 'int32')];
    const evaluate = classificationEvaluator(logits, { x, y }, { batchSize: 3 });
    await expectNoLeak(() => evaluate(identity));
    let calls = 0;
    const failing = classificationEvaluator(
      (params, input) => {
        if (++calls === 2) throw new Error('forward');
        return logits(params, tf.add(input, 1));
      },
      { x, y },
      { batchSize: 3 },
    );
    expect(((await expectNoLeak(() => failing(identity))) as Error).message).toBe('forward');
    expect(x.isDisposed || y.isDisposed || identity.w.isDisposed).toBe(false);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'no sample',
      () => classificationEvaluator(logits, { x: tf.zeros([0, 3]), y: tf.zeros([0], 'int32') }),
      /x has shape \[0,3\], so it holds no sample/,
    ],
    [
      'a scalar',
      () => classificationEvaluator(logits, { x: tf.scalar(1), y: tf.zeros([1], 'int32') }),
      /x has shape \[\]/,
    ],
    [
      'float labels',
      () => classificationEvaluator(logits, { x: tf.ones([2, 3]), y: tf.zeros([2]) }),
      /y must be int32 class indices .*, received float32 \[2\]/,
    ],
    [
      'too few labels',
      () => classificationEvaluator(logits, { x: tf.ones([2, 3]), y: tf.zeros([1], 'int32') }),
      /x has 2 samples and y 1/,
    ],
    [
      'an empty batch',
      () =>
        classificationEvaluator(
          logits,
          { x: tf.ones([2, 3]), y: tf.zeros([2], 'int32') },
          { batchSize: 0 },
        ),
      /batchSize must be an integer ≥ 1, received 0/,
    ],
  ])('refuses %s', (_, work, message) => {
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(message);
  });

  it.each<[string, (params: Params, x: tf.Tensor) => tf.Tensor, tf.Tensor, RegExp]>([
    [
      'a promise',
      (async () => tf.zeros([2, 3])) as unknown as typeof logits,
      tf.tensor1d([0, 1], 'int32'),
      /forward must return a tensor, received Promise/,
    ],
    [
      'another rank',
      () => tf.zeros([2]),
      tf.tensor1d([0, 1], 'int32'),
      /forward returned shape \[2\] for a batch of 2/,
    ],
    [
      'another batch',
      () => tf.zeros([3, 3]),
      tf.tensor1d([0, 1], 'int32'),
      /forward returned shape \[3,3\] for a batch of 2/,
    ],
    [
      'a label that is no class',
      logits,
      tf.tensor1d([0, 3], 'int32'),
      /forward returned 3 classes, but y holds the label 3/,
    ],
    ['a negative label', logits, tf.tensor1d([0, -1], 'int32'), /label 1 is -1/],
    [
      'one-hot rows of other classes',
      logits,
      tf.ones([2, 4]),
      /forward returned 3 classes, but y holds one-hot rows of 4 classes/,
    ],
  ])('refuses %s when it is used', async (name, forward, y, message) => {
    const x = tf.ones([2, 3]);
    const evaluate = classificationEvaluator(forward, { x, y });
    const work = () => evaluate(identity);
    // The promise's own tensor is nobody's.
    const error = name === 'a promise' ? await work().catch((e) => e) : await expectNoLeak(work);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
  });
});
