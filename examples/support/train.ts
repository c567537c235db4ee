import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { type AdamState, adamStart, adamStep } from './adam';
import { type Batch, batches, takeBatch } from './batches';
import { applyMask, assertMask } from './mask';
import type { LabelledImages } from './mnist';
import type { Network } from './network';
import { halfCosine, type Schedule } from './schedules';

/** The network to train, its data and the settings. */
export interface TrainOptions {
  network: Network;
  /** The training set. */
  train: LabelledImages;
  /** The seed of the initialisation and of the order of the data. */
  seed: number;
  /** The seed of the order of the data. Default: `seed`. */
  dataSeed?: number;
  /** Passes over the training set. */
  epochs?: number;
  /** The end of training, in steps instead of epochs. */
  steps?: number;
  /** Images in a step; the last step of an epoch takes the remaining ones. */
  batchSize?: number;
  /**
   * Adam's rate as a function of the step. A number is the rate at step 0, which falls along half a
   * cosine to 0 after the last step.
   */
  learningRate?: number | Schedule;
  /** Parameters to start from instead of initial ones. They are left as they are. */
  start?: Params;
  /**
   * The step of `start`: the data and the rate continue from there, Adam's means start at 0.
   */
  firstStep?: number;
  /** For some or all parameters, 0 where they are held at zero from the start on, 1 elsewhere. */
  mask?: Params;
  /** The steps after which `onCheckpoint` is called; 0 is the start. */
  checkpoints?: readonly number[];
  /** Receives copies of the parameters, which it disposes. Training waits for its promise. */
  onCheckpoint?: (step: number, params: Params) => void | Promise<void>;
  /** Called after every epoch, counted from 1, with the mean of its losses. */
  onEpoch?: (epoch: number, loss: number) => void;
  /** The number of steps between calls of `onLoss`, besides the end of every epoch. Default: those of an epoch. */
  lossEvery?: number;
  /** Called with the number of steps made and the mean of the losses since its last call. */
  onLoss?: (step: number, loss: number) => void;
  /** Ends training: it then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Trains a classifier with Adam and resolves to its parameters, which the caller disposes. It yields to
 * the event loop every few steps and reads one number from the backend every epoch, or every
 * `lossEvery` steps.
 *
 * @example
 * ```ts
 * const { train } = loadMnist();
 * const params = await trainNetwork({ network: convNetwork([16, 32, 64]), train, seed: 1 });
 * ```
 */
export async function trainNetwork({
  network,
  train,
  seed,
  dataSeed = seed,
  batchSize = 250,
  epochs = 3,
  steps = epochs * Math.ceil(train.count / batchSize),
  learningRate = 4e-3,
  start,
  firstStep = 0,
  mask = {},
  checkpoints = [],
  onCheckpoint,
  onEpoch,
  lossEvery,
  onLoss,
  signal,
}: TrainOptions): Promise<Params> {
  const rate = typeof learningRate === 'number' ? halfCosine(learningRate, steps) : learningRate;
  const stepsPerEpoch = Math.ceil(train.count / batchSize);
  const atCheckpoint = async (step: number) => {
    if (checkpoints.includes(step)) await onCheckpoint?.(step, cloneAll(run.state.params));
  };

  const run: Run = startRun(start, network, seed, mask);
  const epochLoss = { sum: 0, count: 0 };
  try {
    await atCheckpoint(firstStep);
    for (const batch of batches({
      count: train.count,
      batchSize,
      seed: dataSeed,
      firstStep,
      steps,
    })) {
      signal?.throwIfAborted();
      advance(run, { network, train, batch, mask, adamSteps: batch.step - firstStep + 1, rate });
      const done = batch.step + 1;
      if (done % 8 === 0) await eventLoopTurn();
      await atCheckpoint(done);
      const endsEpoch = done % stepsPerEpoch === 0 || done === steps;
      if (endsEpoch || (lossEvery !== undefined && done % lossEvery === 0)) {
        const { sum, count } = await takeLosses(run);
        onLoss?.(done, sum / count);
        epochLoss.sum += sum;
        epochLoss.count += count;
      }
      if (endsEpoch) {
        onEpoch?.(Math.ceil(done / stepsPerEpoch), epochLoss.sum / epochLoss.count);
        Object.assign(epochLoss, { sum: 0, count: 0 });
      }
    }
    signal?.throwIfAborted();
  } catch (error) {
    tf.dispose(run.state.params);
    throw error;
  } finally {
    tf.dispose([run.state.mean, run.state.square, run.lossSum]);
  }
  return run.state.params;
}

/** The state that changes from step to step. */
interface Run {
  state: AdamState;
  /** The sum of the losses since the epoch began, and the number of steps. */
  lossSum: tf.Tensor;
  lossCount: number;
}

function startRun(start: Params | undefined, network: Network, seed: number, mask: Params): Run {
  const state = tf.tidy(() => {
    const params = start ?? network.init(seed);
    assertMask(mask, params);
    return adamStart(cloneAll(applyMask(params, mask)));
  });
  return { state, lossSum: tf.scalar(0), lossCount: 0 };
}

/** One step: the run takes new tensors and disposes the old ones. */
function advance(
  run: Run,
  {
    network,
    train,
    batch,
    mask,
    adamSteps,
    rate,
  }: {
    network: Network;
    train: LabelledImages;
    batch: Batch;
    mask: Params;
    adamSteps: number;
    rate: Schedule;
  },
): void {
  const { state, lossSum } = run;
  const next = tf.tidy(() => {
    const { x, oneHot } = takeBatch(train, batch.images, network.classes);
    const { loss, gradients, statistics } = network.lossAndGradients(state.params, x, oneHot);
    // A weight that starts at 0 and whose gradient is 0 stays exactly there: m = 0 at every step.
    const stepped = adamStep(state, applyMask(gradients, mask), adamSteps, rate(batch.step));
    const params = { ...stepped.params, ...(statistics && applyMask(statistics, mask)) };
    return { state: { ...stepped, params }, lossSum: tf.add(lossSum, loss) };
  });
  tf.dispose([state, lossSum]);
  Object.assign(run, next, { lossCount: run.lossCount + 1 });
}

/** The sum of the losses since the last call, and the number of steps. */
async function takeLosses(run: Run): Promise<{ sum: number; count: number }> {
  const [sum] = await run.lossSum.data();
  const { lossCount: count } = run;
  run.lossSum.dispose();
  Object.assign(run, { lossSum: tf.scalar(0), lossCount: 0 });
  return { sum, count };
}

function cloneAll(params: Params): Params {
  return Object.fromEntries(Object.entries(params).map(([name, x]) => [name, tf.clone(x)]));
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
