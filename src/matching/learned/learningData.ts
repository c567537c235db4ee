import { Tensor } from '@tensorflow/tfjs-core';
import { isRecord, kindOf } from '../../checks';
import { invalid } from '../../errors';
import type { NetworkInput } from '../../params';
import { isNetworkInput, sampleCount } from '../../params/internal';
import { assertWithinReach } from '../../runtime';

/** Samples with their labels. */
export interface LearningBatch<Input extends NetworkInput = Tensor> {
  /** Inputs [N, …]: a tensor, or an array or a record of tensors for a network of several inputs. */
  readonly x: Input;
  /** The targets of the loss, [N, …]: for the default loss, classes as int32 [N] or one-hot rows [N, C]. */
  readonly y: Tensor;
}

/**
 * Data to learn from.
 *
 * - `{ x, y }` holds all samples. They are cut into batches, in a new order in each epoch. Their values are read once
 *   and kept in memory as long as the work lasts.
 * - A function returns the batch of a step, counted from 0. It makes new tensors each time: the library disposes them
 *   after use.
 * - An iterable, such as an array or an object with `[Symbol.asyncIterator]`, gives the batches of an epoch, and is
 *   iterated again for the next. A batch is used until the next one is requested, and stays the caller's. A generator
 *   can be iterated only once, so it must give a batch for every step.
 *
 * On abort the next batch is not waited for.
 *
 * @typeParam Input - A tensor, or an array or a record of tensors.
 */
export type LearningData<Input extends NetworkInput = Tensor> =
  | LearningBatch<Input>
  | ((step: number) => LearningBatch<Input> | Promise<LearningBatch<Input>>)
  | Iterable<LearningBatch<Input>>
  | AsyncIterable<LearningBatch<Input>>;

/** True for data that holds all samples. */
export function isBatch<Input extends NetworkInput>(
  data: LearningData<Input>,
): data is LearningBatch<Input> {
  return isRecord(data) && 'x' in data && 'y' in data;
}

/** Throws unless the data has one of the forms of {@link LearningData}. `option` is its name in errors. */
export function assertLearningData(option: string, data: unknown): void {
  if (typeof data === 'function') return;
  if (isRecord(data) && ('x' in data || 'y' in data)) assertBatch(option, data);
  else if (!isIterable(data)) {
    throw invalid(
      `${option} must be { x, y }, a function or an iterable of batches, received ${kindOf(data)}`,
      'Pass all samples as { x, y }, a function that makes the batch of a step, or an iterable of batches { x, y }',
      { param: option, received: kindOf(data) },
    );
  }
}

/** Throws unless a value is a batch: x and y hold N ≥ 1 samples each. `name` is its name in errors. */
export function assertBatch(name: string, batch: unknown): asserts batch is LearningBatch<never> {
  const { x, y } = (isRecord(batch) ? batch : {}) as { x?: unknown; y?: unknown };
  if (!isNetworkInput(x) || !(y instanceof Tensor)) {
    const received = isRecord(batch) ? `{ x: ${kindOf(x)}, y: ${kindOf(y)} }` : kindOf(batch);
    throw invalid(
      `${name} must be { x, y } with tensors, received ${received}`,
      'Pass inputs x [N, …], or an array or a record of them, and labels y [N, …]',
      { param: name, received },
    );
  }
  const count = sampleCount(`${name}.x`, x);
  const labels = sampleCount(`${name}.y`, y);
  if (labels !== count) {
    throw invalid(
      `${name}.x has ${count} samples and ${name}.y ${labels}`,
      'Pass one label for each sample',
      { param: `${name}.y`, axis: 0, received: labels },
    );
  }
  assertWithinReach(`${name}.y`, y);
}

function isIterable(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  return Symbol.iterator in data || Symbol.asyncIterator in data;
}
