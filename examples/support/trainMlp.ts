import * as tf from '@tensorflow/tfjs-core';
import { randomPermutation } from 'perm-lmc';
import { adamStart, adamStep } from './adam';
import { initMlp, lossAndGradients } from './mlp';
import type { LabelledImages } from './mnist';

export { mlpForward } from './mlp';

/** What to train, on what, and how. */
export interface TrainMlpOptions {
  /** Units of every layer, from the pixels to the classes, such as [784, 512, 512, 10]. */
  widths: readonly number[];
  /** The training set. */
  train: LabelledImages;
  /** Decides the initialisation and the order of the data: another seed, another network. */
  seed: number;
  /** Passes over the training set. */
  epochs?: number;
  /** Images in a step; the last step of an epoch takes what is left. */
  batchSize?: number;
  /** Adam's rate at the first step; it falls along half a cosine to nothing after the last. */
  learningRate?: number;
  /** Called after every epoch, counted from 1, with the mean of its losses. */
  onEpoch?: (epoch: number, loss: number) => void;
}

/**
 * Trains a fully connected ReLU classifier with Adam and resolves to its parameters
 * (`dense1/kernel`, `dense1/bias`, …), which the caller disposes. It gives the event loop a turn
 * every few steps and reads one number from the backend every epoch.
 *
 * @example
 * ```ts
 * const { train } = loadMnist();
 * const params = await trainMlp({ widths: [784, 512, 512, 10], train, seed: 1 });
 * ```
 */
export async function trainMlp({
  widths,
  train,
  seed,
  epochs = 3,
  batchSize = 250,
  learningRate = 4e-3,
  onEpoch,
}: TrainMlpOptions): Promise<tf.NamedTensorMap> {
  const stepsPerEpoch = Math.ceil(train.count / batchSize);
  let state = adamStart(initMlp(widths, seed));

  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = randomPermutation(train.count, { seed: 1000 * (seed + 1) + epoch });
    let lossSum: tf.Tensor = tf.scalar(0);
    for (let batch = 0; batch < stepsPerEpoch; batch++) {
      const images = order.subarray(batch * batchSize, (batch + 1) * batchSize);
      const step = epoch * stepsPerEpoch + batch;
      const rate = (learningRate / 2) * (1 + Math.cos((Math.PI * step) / (epochs * stepsPerEpoch)));
      const previous = { state, lossSum };
      ({ state, lossSum } = tf.tidy(() => {
        const { x, oneHot } = takeBatch(train, images, widths.at(-1)!);
        const { loss, gradients } = lossAndGradients(state.params, x, oneHot);
        return {
          state: adamStep(state, gradients, step + 1, rate),
          lossSum: tf.add(lossSum, loss),
        };
      }));
      tf.dispose(previous);
      if (step % 8 === 7) await eventLoopTurn();
    }
    const [sum] = await lossSum.data();
    lossSum.dispose();
    onEpoch?.(epoch + 1, sum / stepsPerEpoch);
  }
  tf.dispose([state.mean, state.square]);
  return state.params;
}

/** The images of these numbers and their labels as rows of 0 and one 1. */
function takeBatch(
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

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
