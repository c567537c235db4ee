import * as tf from '@tensorflow/tfjs-core';
import { barrier, InvalidInputError, type Params, regressionEvaluator } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { randomTensor } from '../support/randomTensor';

await useBackend('cpu');

const product = ({ w }: Params, x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D);
const column = (...values: number[]) => ({ w: tf.tensor2d(values, [values.length, 1]) });

describe('regressionEvaluator', () => {
  it('loss is the mean of squares over samples and outputs', async () => {
    // outputs [1 2] and [3 4], targets [1 0] and [2 8]: (0 + 4 + 1 + 16) / 4
    const x = tf.tensor2d([1, 0, 0, 1], [2, 2]);
    const y = tf.tensor2d([1, 0, 2, 8], [2, 2]);
    const evaluate = regressionEvaluator(product, { x, y });
    expect(await evaluate({ w: tf.tensor2d([1, 2, 3, 4], [2, 2]) })).toEqual({ loss: 5.25 });
  });

  it('takes targets [N] for outputs [N, 1], and does not broadcast them', async () => {
    const [x, y] = [tf.tensor2d([1, 2, 3], [3, 1]), tf.tensor1d([1, 2, 5])];
    expect(await regressionEvaluator(product, { x, y })(column(1))).toEqual({ loss: 4 / 3 });
  });

  it('gives the same for every batch size', async () => {
    const [x, y] = [randomTensor([23, 3], 1), randomTensor([23, 1], 2)];
    const expected = await regressionEvaluator(product, { x, y })(column(1, -1, 2));
    for (const batchSize of [1, 5, 23]) {
      const found = await regressionEvaluator(product, { x, y }, { batchSize })(column(1, -1, 2));
      expect(found.loss).toBeCloseTo(expected.loss, 5);
    }
  });

  it('measures a parabola on the line between two networks', async () => {
    const [x, y] = [tf.tensor2d([1, 2], [2, 1]), tf.tensor1d([0, 0])];
    const evaluate = regressionEvaluator(product, { x, y }, { batchSize: 1 });
    const [a, b] = [column(-1), column(1)];
    const curve = await expectNoLeak(() => barrier(a, b, evaluate, { points: 3 }));
    expect(curve).toMatchObject({ loss: { values: [2.5, 0, 2.5], max: 0 } });
  });

  it.each<[string, tf.Tensor, tf.Tensor, string]>([
    ['another number of targets', tf.ones([3, 1]), tf.ones([2]), 'x has 3 samples and y 2'],
    ['a scalar target', tf.ones([3, 1]), tf.scalar(1), 'x has 3 samples and y none'],
  ])('refuses %s', (_, x, y, message) => {
    expect(() => regressionEvaluator(product, { x, y })).toThrow(InvalidInputError);
    expect(() => regressionEvaluator(product, { x, y })).toThrow(message);
  });

  it('refuses outputs of another shape than the targets, and leaves no tensor', async () => {
    const evaluate = regressionEvaluator(product, { x: tf.ones([3, 1]), y: tf.ones([3, 2]) });
    const params = column(1);
    const error = await expectNoLeak(() => evaluate(params).catch((reason: Error) => reason));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toContain('forward returned shape [3,1], but the targets');
  });
});
