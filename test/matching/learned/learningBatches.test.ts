import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { batchQueue } from '../../../src/matching/learned/batchQueue';
import { type BatchSettings, learningBatches } from '../../../src/matching/learned/learningBatches';
import type { LearningBatch, LearningData } from '../../../src/matching/learned/learningData';
import { useBackend } from '../../support/backend';

await useBackend('cpu');

const settings: BatchSettings = { batchSize: 4, seed: 1, signal: undefined };

/** Sample i is [i, i], its label is i. */
function samples(count: number, start = 0): LearningBatch {
  const values = Array.from({ length: count }, (_, i) => start + i);
  return {
    x: tf.tensor2d(values.map((value) => [value, value])),
    y: tf.tensor1d(values, 'int32'),
  };
}

async function labelsOf({ x, y }: LearningBatch): Promise<number[]> {
  const labels = [...(await y.data())];
  const rows = [...(await x.data())];
  expect(rows).toEqual(labels.flatMap((label) => [label, label])); // x and y stay together.
  return labels;
}

/** The labels of the batches up to `epochs` ends of an epoch. */
async function epochsOf(data: LearningData, epochs: number, own = settings): Promise<number[][][]> {
  const stream = learningBatches(data, own);
  const result: number[][][] = [];
  while (result.length < epochs) {
    const epoch: number[][] = [];
    for (;;) {
      const { value } = await stream.next();
      if (!value) break;
      epoch.push(await labelsOf(value));
    }
    result.push(epoch);
  }
  await stream.return();
  return result;
}

it('cuts samples in a new order in each epoch, each once, the same for the same seed', async () => {
  const data = samples(10);
  const before = tf.memory().numTensors;
  const epochs = await epochsOf(data, 3);
  const again = await epochsOf(data, 3);
  const other = await epochsOf(data, 3, { ...settings, seed: 2 });
  expect(tf.memory().numTensors).toBe(before);
  for (const epoch of epochs) {
    expect(epoch.map(({ length }) => length)).toEqual([4, 4, 2]);
    expect(epoch.flat().sort((i, j) => i - j)).toEqual([...Array(10).keys()]);
  }
  expect(epochs[0]).not.toEqual(epochs[1]);
  expect(again).toEqual(epochs);
  expect(other).not.toEqual(epochs);
  tf.dispose([data.x, data.y]);
});

it('takes all samples as they are where they fit in a batch', async () => {
  const data = samples(4);
  const stream = learningBatches(data, settings);
  const { value } = await stream.next();
  expect(value).toBe(data);
  await stream.return();
  tf.dispose([data.x, data.y]);
});

it('cuts every tensor of a network of several inputs, of any dtype', async () => {
  const ids = tf.tensor2d([[0], [1], [2]], [3, 1], 'int32');
  const flags = tf.tensor1d([0, 1, 0], 'bool');
  const y = tf.tensor1d([0, 1, 2], 'int32');
  const stream = learningBatches({ x: { ids, flags }, y }, { ...settings, batchSize: 2 });
  const { value } = await stream.next();
  const batch = value!;
  expect(batch.x.ids.dtype).toBe('int32');
  expect(batch.x.flags.dtype).toBe('bool');
  expect([...(await batch.x.ids.data())]).toEqual([...(await batch.y.data())]);
  expect([...(await batch.x.flags.data())]).toEqual(
    [...(await batch.y.data())].map((label) => label % 2),
  );
  await stream.return();
  tf.dispose([ids, flags, y]);
});

it('disposes the batches that a function makes, and not those of an iterable', async () => {
  const made: LearningBatch[] = [];
  const stream = learningBatches((step) => {
    made.push(samples(2, step));
    return made.at(-1)!;
  }, settings);
  expect(await labelsOf((await stream.next()).value!)).toEqual([0, 1]);
  expect(await labelsOf((await stream.next()).value!)).toEqual([1, 2]);
  expect(made.map(({ x }) => x.isDisposed)).toEqual([true, false]);
  await stream.return();
  expect(made.map(({ y }) => y.isDisposed)).toEqual([true, true]);

  const given = [samples(2), samples(2, 2)];
  expect(await epochsOf(given, 2)).toEqual([
    [
      [0, 1],
      [2, 3],
    ],
    [
      [0, 1],
      [2, 3],
    ],
  ]);
  expect(given.some(({ x, y }) => x.isDisposed || y.isDisposed)).toBe(false);
  tf.dispose(given.map(({ x, y }) => [x, y]));
});

it('lets a generator dispose its batches when the next is requested', async () => {
  async function* batches() {
    for (let step = 0; step < 2; step++) {
      const batch = samples(2, step);
      yield batch;
      tf.dispose([batch.x, batch.y]);
    }
  }
  const before = tf.memory().numTensors;
  const stream = learningBatches(batches(), settings);
  await stream.next();
  await stream.next();
  expect((await stream.next()).value).toBeNull();
  await expect(stream.next()).rejects.toThrow(/data gave 2 batches and then no more/);
  expect(tf.memory().numTensors).toBe(before);
});

it('refuses an iterable without a batch, and batches that are none', async () => {
  const first = (data: LearningData) => learningBatches(data, settings).next();
  await expect(first([])).rejects.toThrow(/data gave no batch/);
  await expect(first([{}] as never)).rejects.toThrow(/batch 0 of data must be \{ x, y \}/);
  await expect(first((() => 5) as never)).rejects.toThrow(/data\(0\) must be \{ x, y \}/);
  const uneven = { x: tf.ones([3, 2]), y: tf.zeros([2], 'int32') };
  await expect(first([uneven])).rejects.toThrow(
    /batch 0 of data.x has 3 samples and batch 0 of data.y 2/,
  );
  const failing = () => {
    throw new Error('no disk');
  };
  await expect(first(failing)).rejects.toThrow(/data\(0\) failed: no disk/);
  tf.dispose(uneven);
});

it('does not wait for a batch after an abort, and disposes one that comes late', async () => {
  const abort = new AbortController();
  let send = (_: LearningBatch) => {};
  const late = new Promise<LearningBatch>((resolve) => {
    send = resolve;
  });
  const stream = learningBatches(() => late, { ...settings, signal: abort.signal });
  const next = stream.next();
  abort.abort(new Error('stop'));
  await expect(next).rejects.toThrow('stop');
  const batch = samples(2);
  send(batch);
  await late;
  await Promise.resolve();
  expect(batch.x.isDisposed).toBe(true);
});

it('keeps what is read ahead, up to the end of an epoch, for the first steps', async () => {
  const given = [samples(2), samples(2, 2), samples(2, 4)];
  const before = tf.memory().numTensors;
  const queue = batchQueue(given, settings);
  const ahead = await queue.ahead(3);
  expect(await Promise.all(ahead.map(labelsOf))).toEqual([
    [0, 1],
    [2, 3],
  ]);
  const steps: number[][] = [];
  for (let step = 0; step < 4; step++) steps.push(await labelsOf(await queue.next()));
  expect(steps).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
    [0, 1],
  ]);
  await queue.dispose();
  const whole = batchQueue(given, settings);
  expect(await whole.ahead(100)).toHaveLength(3);
  await whole.dispose();
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose(given.map(({ x, y }) => [x, y]));
});
