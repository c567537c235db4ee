import type { Tensor } from '@tensorflow/tfjs-core';
import { assertFunction, assertInteger, type OptionTable } from '../../checks';
import type { ForwardFn, NetworkInput } from '../../params';
import { assertSeed, type LongWorkOptions, longWork, type Progress } from '../../runtime';
import { crossEntropy } from './crossEntropy';
import {
  assertBatch,
  assertLearningData,
  type LearningBatch,
  type LearningData,
} from './learningData';
import type { LossFn } from './lossOn';
import { assertOptimizer, type OptimizerSource } from './optimisedParams';

/** Progress of a matcher that learns, after each step. */
export interface LearningProgress extends Progress {
  /** Steps done so far. */
  readonly done: number;
  /** Steps to do. */
  readonly total: number;
  /** The loss on the batch of the step, before the step. */
  readonly batchLoss: number;
  /** The least loss on the validation samples so far, that of the permutations kept. */
  readonly loss: number;
}

/**
 * Options of the matchers that learn from data.
 *
 * @typeParam Input - A tensor, or an array or a record of tensors for a network of several inputs.
 */
export interface LearningOptions<Input extends NetworkInput = Tensor>
  extends LongWorkOptions<LearningProgress> {
  /**
   * The network's function: params and a batch x to outputs. It runs synchronously, and must neither change nor dispose
   * its arguments.
   */
  forward: ForwardFn<Input>;
  /** The samples and labels to learn from. */
  data: LearningData<Input>;
  /** Outputs and labels to a scalar, the mean over the samples of a batch. Default {@link crossEntropy}. */
  loss?: LossFn;
  /** The number of samples in a batch, where `data` is `{ x, y }`. Default 250. */
  batchSize?: number;
  /**
   * The samples on which permutations are compared by their loss. Default: the first `validationSize` samples of
   * `data`, in the order of the first epoch.
   */
  validation?: LearningBatch<Input>;
  /** The least number of samples to compare permutations on, where `validation` is left out. Default 2000. */
  validationSize?: number;
  /** The number of steps, one batch each. */
  steps?: number;
  /** The optimiser. */
  optimizer?: OptimizerSource;
  /** The seed of all that is random. Default 0. */
  seed?: number;
}

/** The options of every matcher that learns, by name. */
export const LEARNING_OPTIONS = {
  ...{ forward: true, data: true, loss: true, batchSize: true, validation: true },
  ...{
    validationSize: true,
    steps: true,
    optimizer: true,
    seed: true,
    signal: true,
    onProgress: true,
  },
} as const satisfies OptionTable<LearningOptions>;

/** Options with their defaults. */
export type LearningSettings<Input extends NetworkInput = Tensor> = ReturnType<
  typeof completeLearningOptions<Input>
>;

/**
 * The options with their defaults, checked.
 *
 * @param defaults - Those that differ between matchers.
 */
export function completeLearningOptions<Input extends NetworkInput>(
  {
    forward,
    data,
    loss = crossEntropy,
    batchSize = 250,
    validation,
    validationSize = 2000,
    seed = 0,
    signal,
    onProgress,
    ...own
  }: LearningOptions<Input>,
  defaults: { readonly steps: number; readonly optimizer: OptimizerSource },
) {
  const { steps = defaults.steps, optimizer = defaults.optimizer } = own;
  assertFunction('forward', forward, 'Pass (params, x) => outputs');
  assertFunction('loss', loss, 'Leave it out for the cross-entropy of the softmax');
  assertInteger('batchSize', batchSize, 1);
  assertInteger('validationSize', validationSize, 1);
  assertInteger('steps', steps, 0);
  assertOptimizer(optimizer);
  assertSeed(seed);
  assertLearningData('data', data);
  if (validation !== undefined) assertBatch('validation', validation);
  const samples = { data, batchSize, validation, validationSize, seed };
  return { forward, loss, ...samples, steps, optimizer, ...longWork({ signal, onProgress }) };
}
