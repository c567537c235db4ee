import * as tf from '@tensorflow/tfjs-core';
import { classificationEvaluator, type Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { asLogits } from '../../../src/node/measuring/asLogits';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';
import { randomTensor } from '../../support/randomTensor';

await useBackend('cpu');

const x = randomTensor([20, 3], 1);
const y = tf.tensor1d(
  Array.from({ length: 20 }, (_, i) => i % 4),
  'int32',
);
const params = { w: randomTensor([3, 4], 2, 3) };
const logits = ({ w }: Params, input: unknown) => tf.matMul(input as tf.Tensor2D, w as tf.Tensor2D);
const probabilities = (own: Params, input: unknown) => tf.softmax(logits(own, input));

describe('asLogits', () => {
  it('gives the loss of the logits for a network that ends with a softmax', async () => {
    const forward = await expectNoLeak(() => asLogits(probabilities, params, x, 7));
    const evaluate = classificationEvaluator(forward as typeof logits, { x, y });
    const expected = await classificationEvaluator(logits, { x, y })(params);
    const found = await evaluate(params);
    expect(found.loss).toBeCloseTo(expected.loss, 5);
    expect(found.error).toBe(expected.error);
  });

  it('stays finite where a probability is 0', async () => {
    const certain = { w: tf.mul(params.w, 1e4) };
    const forward = (await asLogits(probabilities, certain, x, 20)) as typeof logits;
    const { loss } = await classificationEvaluator(forward, { x, y })(certain);
    expect(loss).toBeGreaterThan(1);
    expect(loss).toBeLessThan(88);
  });

  it.each<[string, (own: Params, input: unknown) => tf.Tensor]>([
    ['logits', logits],
    ['logarithms of probabilities', (own, input) => tf.logSoftmax(logits(own, input))],
    ['one probability', (own, input) => tf.sigmoid(tf.sum(logits(own, input), 1, true))],
    [
      'an image for each class',
      (own, input) => tf.reshape(probabilities(own, input), [-1, 4, 1, 1]),
    ],
  ])('leaves %s as they are', async (_, forward) => {
    expect(await asLogits(forward, params, x, 20)).toBe(forward);
  });
});
