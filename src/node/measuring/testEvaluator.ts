import type { Tensor } from '@tensorflow/tfjs-core';
import { classificationEvaluator, type Evaluate, regressionEvaluator } from '../../metrics';
import type { NetworkInput, Params } from '../../params';
import { asLogits } from './asLogits';
import { labelsOf } from './labelsOf';
import type { TestSet } from './testSet';

/**
 * The evaluator for a test set: `loss` and `error` for classes, and `loss` for targets.
 *
 * @param params - One of the networks, which shows whether they end with probabilities.
 */
export async function testEvaluator(
  forward: (params: Params, x: NetworkInput) => Tensor,
  params: Params,
  set: TestSet,
  batchSize: number,
): Promise<Evaluate> {
  const { x, loss, batch } = set;
  const y = labelsOf(set);
  const options = { batchSize: batch ?? batchSize };
  if (loss === 'mse') return regressionEvaluator(forward, { x, y }, options);
  const logits = await asLogits(forward, params, x, options.batchSize);
  return classificationEvaluator(logits, { x, y }, options);
}
