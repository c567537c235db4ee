import * as tf from '@tensorflow/tfjs-core';
import { randomPermutation } from 'perm-lmc';
import type { LabelledImages } from './mnist';

/** The images of one training step. */
export interface Batch {
  /** The number of the step, from 0 over all epochs. */
  readonly step: number;
  /** The numbers of its images in the training set. */
  readonly images: Int32Array;
}

/**
 * The batches of the steps from `firstStep` to before `steps`: every epoch goes through all `count`
 * images, in an order that depends on the seed and the epoch. The last batch of an epoch holds the
 * remaining images, or is left out with `dropLast`.
 */
export function* batches({
  count,
  batchSize,
  seed,
  firstStep,
  steps,
  dropLast = false,
}: {
  count: number;
  batchSize: number;
  seed: number;
  firstStep: number;
  steps: number;
  dropLast?: boolean;
}): Generator<Batch> {
  const stepsPerEpoch = Math[dropLast ? 'floor' : 'ceil'](count / batchSize);
  let order: Int32Array = new Int32Array();
  for (let step = firstStep; step < steps; step++) {
    const batch = step % stepsPerEpoch;
    if (batch === 0 || step === firstStep) {
      const epoch = Math.floor(step / stepsPerEpoch);
      order = randomPermutation(count, { seed: 1000 * (seed + 1) + epoch });
    }
    yield { step, images: order.subarray(batch * batchSize, (batch + 1) * batchSize) };
  }
}

/** The images of these numbers, and their labels as one-hot rows. */
export function takeBatch(
  { images, labels, count }: LabelledImages,
  numbers: Int32Array,
  classes: number,
): { x: tf.Tensor2D; oneHot: tf.Tensor2D } {
  const pixels = images.length / count;
  const x = new Float32Array(numbers.length * pixels);
  const oneHot = new Float32Array(numbers.length * classes);
  numbers.forEach((image, row) => {
    x.set(images.subarray(image * pixels, (image + 1) * pixels), row * pixels);
    oneHot[row * classes + labels[image]] = 1;
  });
  return {
    x: tf.tensor2d(x, [numbers.length, pixels]),
    oneHot: tf.tensor2d(oneHot, [numbers.length, classes]),
  };
}
