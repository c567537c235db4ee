import { clone, dispose } from '@tensorflow/tfjs-core';
import type { NetworkInput } from '../../params';
import { mapInput, samplesOf, tensorsIn } from '../../params/internal';
import { type BatchSettings, type BatchStream, learningBatches } from './learningBatches';
import type { LearningBatch, LearningData } from './learningData';

/** The batches of the data, some of which can be read ahead and kept. */
export interface BatchQueue<Input extends NetworkInput> {
  /**
   * The first batches with at least `samples` samples in all, or those of one epoch. They are kept until the queue is
   * disposed, and are also the batches of the first steps.
   */
  ahead(samples: number): Promise<readonly LearningBatch<Input>[]>;
  /** The next batch, valid until the next call. */
  next(): Promise<LearningBatch<Input>>;
  /** Disposes what the queue holds. */
  dispose(): Promise<void>;
}

/** A queue of the batches of the data. */
export function batchQueue<Input extends NetworkInput>(
  data: LearningData<Input>,
  settings: BatchSettings,
): BatchQueue<Input> {
  const stream = learningBatches(data, settings);
  const kept: LearningBatch<Input>[] = [];
  let step = 0;
  return {
    async ahead(samples) {
      let missing = samples;
      while (missing > 0) {
        const batch = await following(stream);
        if (batch === null) break;
        kept.push({ x: mapInput(batch.x, (x) => clone(x)), y: clone(batch.y) });
        missing -= samplesOf(batch.x);
      }
      return kept;
    },
    async next() {
      if (step < kept.length) return kept[step++];
      return (await following(stream)) ?? (await following(stream))!; // Every epoch has a batch.
    },
    async dispose() {
      dispose(kept.flatMap(({ x, y }) => [...tensorsIn(x), y]));
      await stream.return();
    },
  };
}

async function following<Input extends NetworkInput>(
  stream: BatchStream<Input>,
): Promise<LearningBatch<Input> | null> {
  const { value } = await stream.next();
  return value ?? null;
}
