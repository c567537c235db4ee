import { dispose } from '@tensorflow/tfjs-core';
import type { NetworkInput } from '../../params';
import { cutBatches, mapInput, rowsOf, sampleCount, tensorsIn } from '../../params/internal';
import type { BatchQueue } from './batchQueue';
import type { LearningBatch } from './learningData';

/** The samples on which permutations are compared, in batches. */
export interface ValidationSet<Input extends NetworkInput> {
  readonly batches: readonly LearningBatch<Input>[];
  dispose(): void;
}

/** The samples of the option `validation`; without it the first `validationSize` samples of the queue, at least. */
export async function validationSet<Input extends NetworkInput>(
  queue: BatchQueue<Input>,
  {
    validation,
    validationSize,
    batchSize,
  }: {
    readonly validation: LearningBatch<Input> | undefined;
    readonly validationSize: number;
    readonly batchSize: number;
  },
): Promise<ValidationSet<Input>> {
  if (validation === undefined) {
    return { batches: await queue.ahead(validationSize), dispose: () => {} };
  }
  const { x, y } = validation;
  const count = sampleCount('validation.x', x);
  if (count <= batchSize) return { batches: [validation], dispose: () => {} };
  const batches = cutBatches(count, batchSize).map((own) => ({
    x: mapInput(x, (tensor) => rowsOf(tensor, own)),
    y: rowsOf(y, own),
  }));
  return {
    batches,
    dispose: () => dispose(batches.flatMap((each) => [...tensorsIn(each.x), each.y])),
  };
}
