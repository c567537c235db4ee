import { mean, reshape, squaredDifference, type Tensor } from '@tensorflow/tfjs-core';
import type { LearningBatch, LossFn } from '../../matching';
import type { ForwardFn, NetworkInput } from '../../params';
import { asLogits } from './asLogits';
import type { GraphNetworks } from './graphNetworks';
import { labelsOf } from './labelsOf';
import type { TestSet } from './testSet';

/** What a matcher learns from. */
export interface GraphTask {
  readonly forward: ForwardFn<NetworkInput>;
  readonly data: LearningBatch<NetworkInput>;
  /** Undefined for the cross-entropy. */
  readonly loss: LossFn | undefined;
}

/** The function, the samples and the loss to learn from: classes, or targets for the mean squared error. */
export async function learningTask(
  { forward, networks: [params] }: GraphNetworks,
  set: TestSet,
  batchSize: number,
): Promise<GraphTask> {
  const data = { x: set.x, y: labelsOf(set) };
  if (set.loss === 'mse') return { forward, data, loss: squaredError };
  return { forward: await asLogits(forward, params, set.x, batchSize), data, loss: undefined };
}

function squaredError(outputs: Tensor, y: Tensor): Tensor {
  return mean(squaredDifference(outputs, reshape(y, outputs.shape)));
}
