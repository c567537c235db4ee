import { mean, reshape, squaredDifference, type Tensor, train } from '@tensorflow/tfjs-core';
import type { LearningBatch, LossFn, OptimizerSource } from '../../matching';
import type { ForwardFn, NetworkInput } from '../../params';
import { asLogits } from './asLogits';
import type { GraphNetworks } from './graphNetworks';
import { labelsOf } from './labelsOf';
import type { TestSet } from './testSet';

/** The data, the loss and the optimiser of a matcher that learns. */
export interface GraphTask {
  readonly forward: ForwardFn<NetworkInput>;
  readonly data: LearningBatch<NetworkInput>;
  /** Undefined for the cross-entropy. */
  readonly loss: LossFn | undefined;
  readonly batchSize: number;
  /** Undefined for the default of the matcher. */
  readonly optimizer: OptimizerSource | undefined;
}

/** The settings of a matcher that learns. */
interface LearningSettings {
  /** The number of samples in a batch, where the graph leaves it open. */
  readonly batchSize: number;
  /** The learning rate of Adam; undefined for the default of the matcher. */
  readonly learningRate: number | undefined;
}

/** The function, the samples and the loss to learn from: classes, or targets for the mean squared error. */
export async function learningTask(
  { forward, networks: [params] }: GraphNetworks,
  set: TestSet,
  settings: LearningSettings,
): Promise<GraphTask> {
  const { batch: batchSize = settings.batchSize } = set;
  const { learningRate } = settings;
  const optimizer = learningRate === undefined ? undefined : () => train.adam(learningRate);
  const own = { data: { x: set.x, y: labelsOf(set) }, batchSize, optimizer };
  if (set.loss === 'mse') return { ...own, forward, loss: squaredError };
  const logits = await asLogits(forward, params, set.x, batchSize);
  return { ...own, forward: logits, loss: undefined };
}

function squaredError(outputs: Tensor, y: Tensor): Tensor {
  return mean(squaredDifference(outputs, reshape(y, outputs.shape)));
}
