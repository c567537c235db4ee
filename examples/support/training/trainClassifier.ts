import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { batches } from '../batches';
import type { Settings } from '../cached';
import type { LabelledPhotos } from '../cifar';
import { initialParams } from '../layerNorm/initialParams';
import type { LayerNormNetwork } from '../layerNorm/layerNormNetwork';
import { applyMask, assertMask } from '../mask';
import { type Schedule, warmUpCosine } from '../schedules';
import { augment } from './augment';
import type { CreateTrainingEngine, TrainingEngine } from './trainingEngine';
import { readTrainingState, type SavedTraining, writeTrainingState } from './trainingStateFile';
import { createWasmEngine } from './wasmEngine';

/** The network to train, its data and the settings. */
export interface TrainClassifierOptions {
  network: LayerNormNetwork;
  /** The training set. */
  train: LabelledPhotos;
  /** The seed of the initialisation and of the order of the data. */
  seed: number;
  /** The seed of the order of the data, of crops and of flips. Default: `seed`. */
  dataSeed?: number;
  /** Passes over the training set; what a full batch leaves over is left out. Default 16. */
  epochs?: number;
  /** The end of training, in steps instead of epochs. */
  steps?: number;
  /** Images in a step. Default 128. */
  batchSize?: number;
  /**
   * The rate of stochastic gradient descent as a function of the step. A number is the highest, to which it rises in
   * `warmUp` steps and from which it falls along half a cosine. Default 0.1.
   */
  learningRate?: number | Schedule;
  /** The steps of the rise. Default: 400, but no more than a tenth of all. */
  warmUp?: number;
  /** Parameters to start from instead of initial ones. They are left as they are. */
  start?: Params;
  /** The step of `start`: the data and the rate continue from there, with velocity zero. */
  firstStep?: number;
  /** For some or all parameters, 0 where they are held at zero from the start on, 1 elsewhere. */
  mask?: Params;
  /** The steps after which `onCheckpoint` is called; 0 is the start. */
  checkpoints?: readonly number[];
  /** Receives copies of the parameters, which it disposes. Training waits for its promise. */
  onCheckpoint?: (step: number, params: Params) => void | Promise<void>;
  /** False to train on the images as they are, without random crops and flips. Default true. */
  augment?: boolean;
  /** The computation of the steps. Default: {@link createWasmEngine}, for widths that are multiples of 4. */
  engine?: CreateTrainingEngine;
  /**
   * A file in which the state is kept after every `every` steps. If there is one with these settings, training
   * continues from it, and checkpoints up to its step are not repeated.
   */
  state?: { path: string; every: number; settings: Settings };
  /** Called after every epoch, counted from 1, with the mean of its losses. */
  onEpoch?: (epoch: number, loss: number) => void;
  /** Called after every step with the number of steps made and the loss. */
  onLoss?: (step: number, loss: number) => void;
  /** Ends training: it then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Trains a classifier of photographs by stochastic gradient descent with momentum and resolves to its parameters,
 * which the caller disposes. The same options give the same parameters, in one run or in several that continue
 * from the state file.
 *
 * @example
 * ```ts
 * const { train } = loadCifar();
 * const params = await trainClassifier({ network: vgg16(8), train, seed: 1, epochs: 16 });
 * ```
 */
export async function trainClassifier(options: TrainClassifierOptions): Promise<Params> {
  const { train, seed, dataSeed = seed, batchSize = 128, signal, state } = options;
  const stepsPerEpoch = Math.floor(train.count / batchSize);
  if (stepsPerEpoch === 0) {
    throw new Error(`trainClassifier: ${train.count} images are less than a batch of ${batchSize}`);
  }
  const { steps = (options.epochs ?? 16) * stepsPerEpoch } = options;
  const rate = scheduleOf(options, steps);
  const { engine, firstStep, losses, resumed } = await startRun(options);
  const order = { count: train.count, batchSize, seed: dataSeed, firstStep, steps, dropLast: true };
  const changes = (options.augment ?? true) ? {} : { padding: 0, flips: false };
  try {
    if (!resumed) await atCheckpoint(options, engine, firstStep);
    for (const { step, images } of batches(order)) {
      signal?.throwIfAborted();
      const batch = augment(train, images, { seed: dataSeed, step, ...changes });
      const loss = await engine.step(batch, rate(step));
      assertFinite(loss, step);
      const done = step + 1;
      options.onLoss?.(done, loss);
      Object.assign(losses, { sum: losses.sum + loss, count: losses.count + 1 });
      if (done % stepsPerEpoch === 0 || done === steps) {
        options.onEpoch?.(Math.ceil(done / stepsPerEpoch), losses.sum / losses.count);
        Object.assign(losses, { sum: 0, count: 0 });
      }
      await atCheckpoint(options, engine, done);
      if (state && done % state.every === 0 && done < steps) {
        await saveState(state, engine, { step: done, losses });
      }
      if (done % 8 === 0) await eventLoopTurn();
    }
    signal?.throwIfAborted();
    return await paramsOf(engine);
  } finally {
    engine.dispose();
  }
}

function scheduleOf(
  { learningRate = 0.1, warmUp }: TrainClassifierOptions,
  steps: number,
): Schedule {
  if (typeof learningRate !== 'number') return learningRate;
  return warmUpCosine(learningRate, warmUp ?? Math.min(400, Math.round(steps / 10)), steps);
}

/** A run of training at its first step: that of the state file if there is one, or else of the options. */
interface Run {
  readonly engine: TrainingEngine;
  readonly firstStep: number;
  /** The losses since the epoch began. */
  readonly losses: { sum: number; count: number };
  readonly resumed: boolean;
}

async function startRun(options: TrainClassifierOptions): Promise<Run> {
  const { network, mask = {}, engine: create = createWasmEngine, state } = options;
  const saved = state ? await readTrainingState(state.path, state.settings) : null;
  const begin = saved ? saved.state : { params: startParams(options, mask) };
  try {
    return {
      engine: await create({ network, mask, ...begin }),
      firstStep: saved ? saved.step : (options.firstStep ?? 0),
      losses: { sum: 0, count: 0, ...saved?.losses },
      resumed: saved !== null,
    };
  } finally {
    tf.dispose(Object.values(begin));
  }
}

/** Copies of the parameters to start from, with zeros at the zeros of the mask. */
function startParams({ network, seed, start }: TrainClassifierOptions, mask: Params): Params {
  return tf.tidy(() => {
    const params = start ?? initialParams(network, seed);
    assertMask(mask, params, 'trainClassifier');
    const masked = Object.entries(applyMask(params, mask));
    return Object.fromEntries(masked.map(([name, x]) => [name, tf.clone(x)]));
  });
}

async function atCheckpoint(
  { checkpoints = [], onCheckpoint }: TrainClassifierOptions,
  engine: TrainingEngine,
  step: number,
): Promise<void> {
  if (onCheckpoint && checkpoints.includes(step)) await onCheckpoint(step, await paramsOf(engine));
}

async function paramsOf(engine: TrainingEngine): Promise<Params> {
  const { params, velocity } = await engine.read();
  tf.dispose(velocity);
  return params;
}

async function saveState(
  { path, settings }: NonNullable<TrainClassifierOptions['state']>,
  engine: TrainingEngine,
  saved: Omit<SavedTraining, 'state'>,
): Promise<void> {
  const state = await engine.read();
  await writeTrainingState(path, settings, { ...saved, state });
  tf.dispose([state.params, state.velocity]);
}

function assertFinite(loss: number, step: number): void {
  if (Number.isFinite(loss)) return;
  throw new Error(
    `trainClassifier: the loss of step ${step} is ${loss}. Lower the learning rate or lengthen the warm-up`,
  );
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
