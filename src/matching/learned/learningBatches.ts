import { dispose, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { failed, invalid } from '../../errors';
import type { NetworkInput } from '../../params';
import { cutBatches, mapInput, sampleCount, tensorsIn } from '../../params/internal';
import { indices, shuffled } from '../../permutation/internal';
import { eachUnlessAborted, randomSource, read, unlessAborted } from '../../runtime';
import { assertBatch, isBatch, type LearningBatch, type LearningData } from './learningData';

/** The settings of batches. */
export interface BatchSettings {
  /** The number of samples in a batch, where the data holds all samples. */
  readonly batchSize: number;
  /** The seed of the order of the samples. */
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** Batches without end, with null after each epoch. A batch is valid until the next one is requested. */
export type BatchStream<Input extends NetworkInput> = AsyncGenerator<
  LearningBatch<Input> | null,
  void,
  undefined
>;

/** The batches of the data. */
export function learningBatches<Input extends NetworkInput>(
  data: LearningData<Input>,
  settings: BatchSettings,
): BatchStream<Input> {
  if (typeof data === 'function') return madeBatches(data, settings.signal);
  return isBatch(data) ? shuffledBatches(data, settings) : givenBatches(data, settings.signal);
}

/** Batches of samples in a new order in each epoch. If one batch holds all samples, it is the data itself. */
async function* shuffledBatches<Input extends NetworkInput>(
  data: LearningBatch<Input>,
  { batchSize, seed }: BatchSettings,
): BatchStream<Input> {
  const { x, y } = data;
  const count = sampleCount('data.x', x);
  if (count <= batchSize) for (;;) yield* [data, null];
  const random = randomSource(seed);
  const values = await valuesOf([...tensorsIn(x), y]);
  for (;;) {
    const order = shuffled(indices(count), random);
    for (const { start, size } of cutBatches(count, batchSize)) {
      const samples = order.subarray(start, start + size);
      const pick = (from: Tensor) => rowsAt(from, values.get(from)!, samples);
      const batch = { x: mapInput(x, pick), y: pick(y) };
      try {
        yield batch;
      } finally {
        dispose([tensorsIn(batch.x), batch.y]);
      }
    }
    yield null;
  }
}

type Values = Float32Array | Int32Array | Uint8Array;

async function valuesOf(tensors: readonly Tensor[]): Promise<Map<Tensor, Values>> {
  const values = new Map<Tensor, Values>();
  for (const each of tensors) values.set(each, await read<'float32' | 'int32' | 'bool'>(each));
  return values;
}

/** Some samples of a tensor [N, …]. Copying rows is faster than tfjs's gather on wasm. */
function rowsAt({ shape, dtype }: Tensor, values: Values, samples: Int32Array): Tensor {
  const size = values.length / shape[0];
  const rows = values.slice(0, samples.length * size);
  samples.forEach((sample, row) => {
    rows.set(values.subarray(sample * size, (sample + 1) * size), row * size);
  });
  return tensor(rows, [samples.length, ...shape.slice(1)], dtype);
}

/** The batches that a function makes, which are disposed after use. */
async function* madeBatches<Input extends NetworkInput>(
  make: (step: number) => LearningBatch<Input> | Promise<LearningBatch<Input>>,
  signal: AbortSignal | undefined,
): BatchStream<Input> {
  for (let step = 0; ; step++) {
    const batch = await madeBatch(make, step, signal);
    try {
      assertBatch(`data(${step})`, batch);
      yield batch;
    } finally {
      disposeBatch(batch);
    }
  }
}

async function madeBatch<Batch>(
  make: (step: number) => Batch | Promise<Batch>,
  step: number,
  signal: AbortSignal | undefined,
): Promise<Batch> {
  try {
    return await unlessAborted(make(step), signal, disposeBatch);
  } catch (error) {
    signal?.throwIfAborted();
    throw failed(`data(${step})`, error);
  }
}

/** Disposes the tensors in a value that a function returned as a batch. */
function disposeBatch(batch: unknown): void {
  const { x, y } = (batch ?? {}) as { x?: unknown; y?: unknown };
  dispose(tensorsIn([x, y]));
}

/** The batches that the caller passes, again and again. */
async function* givenBatches<Input extends NetworkInput>(
  batches: Iterable<LearningBatch<Input>> | AsyncIterable<LearningBatch<Input>>,
  signal: AbortSignal | undefined,
): BatchStream<Input> {
  for (let epoch = 0, count = 0; ; epoch++) {
    const before = count;
    for await (const batch of eachGiven(batches, signal)) {
      assertBatch(`batch ${count++} of data`, batch);
      yield batch;
    }
    if (count === before) throw noBatch(epoch, count);
    yield null;
  }
}

async function* eachGiven<Batch>(
  batches: Iterable<Batch> | AsyncIterable<Batch>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch, void, undefined> {
  try {
    yield* eachUnlessAborted(batches, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw failed('data', error);
  }
}

function noBatch(epoch: number, count: number): Error {
  return epoch === 0
    ? invalid('data gave no batch', 'Pass at least one batch { x, y }', { param: 'data' })
    : invalid(
        `data gave ${count} batches and then no more`,
        'A generator can be used only once: pass an array of batches, an object that can be iterated again, or a smaller number of steps',
        { param: 'data', received: count },
      );
}
