import type { Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import { classificationEvaluator, type Evaluate, regressionEvaluator } from '../../metrics';
import type { NetworkInput, Params } from '../../params';
import { asLogits } from './asLogits';
import type { TestSet } from './testSet';

/**
 * The evaluator for a test set: `loss` and `error` for classes, and `loss` for targets.
 *
 * @param params - One of the networks, which shows whether they end with probabilities.
 */
export async function testEvaluator(
  forward: (params: Params, x: NetworkInput) => Tensor,
  params: Params,
  { x, y, loss, batch }: TestSet,
  batchSize: number,
): Promise<Evaluate> {
  if (y === null) {
    throw invalid(
      'the data hold no labels y',
      'Save class numbers as integers [N], or targets as floats, under the name y',
      { param: 'y' },
    );
  }
  const options = { batchSize: batch ?? batchSize };
  if (loss === 'mse') return regressionEvaluator(forward, { x, y }, options);
  const logits = await asLogits(forward, params, x, options.batchSize);
  return classificationEvaluator(logits, { x, y }, options);
}
