import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { readSafetensors, writeSafetensors } from 'perm-lmc/node';
import { cached, type Settings } from '../../support/cached';
import { paramsDigest } from '../../support/training/paramsDigest';
import { photosDigest } from '../../support/training/photosDigest';
import {
  type TrainClassifierOptions,
  trainClassifier,
} from '../../support/training/trainClassifier';

/** The training of a network, and the file that keeps it. */
export interface TrainedNetworkOptions
  extends Omit<TrainClassifierOptions, 'learningRate' | 'state' | 'onEpoch' | 'onLoss'> {
  /** The file of the parameters; `step-S` is added to the name for a checkpoint, `state` for training under way. */
  path: string;
  /** The highest learning rate. Default 0.1. */
  learningRate?: number;
  /** Prints how training goes on. */
  say?: (what: string) => void;
}

/** Steps between writings of the state file. */
const STATE_EVERY = 100;

/** Seconds between lines about the progress. */
const SAY_EVERY = 30;

/**
 * The parameters of a network, from the file at `path` if it was trained with the same settings, or else from
 * training, which continues where an earlier run was interrupted. The caller disposes them.
 *
 * Checkpoints are kept in files, too: `onCheckpoint` receives all of them, in order, once training is over, and also
 * if nothing has to be trained.
 *
 * @example
 * ```ts
 * const { train } = loadCifar();
 * const options = { network: vgg16(8), train, seed: 1, epochs: 16, say: study.say };
 * const params = await trainedNetwork({ ...options, path: study.path('vgg8-1.safetensors') });
 * ```
 */
export async function trainedNetwork(options: TrainedNetworkOptions): Promise<Params> {
  const { path, onCheckpoint } = options;
  const steps = [...(options.checkpoints ?? [])].sort((s, t) => s - t);
  const settings = await settingsOf(options);
  const files = steps.map((step) => checkpointPath(path, step));
  if (!files.every((file) => existsSync(file))) rmSync(path, { force: true });
  const params = await cached(path, settings, () => trained(options, settings));
  rmSync(besides(path, 'state'), { force: true });
  for (const [i, step] of steps.entries()) {
    await onCheckpoint?.(step, (await readSafetensors(files[i])).params);
  }
  return params;
}

/** The file of a checkpoint of the network at `path`. */
export function checkpointPath(path: string, step: number): string {
  return besides(path, `step-${step}`);
}

function besides(path: string, addition: string): string {
  return `${path.replace(/\.safetensors$/, '')}-${addition}.safetensors`;
}

/** All that the parameters depend on, as JSON. */
async function settingsOf({
  network,
  train,
  seed,
  dataSeed = seed,
  epochs,
  steps,
  batchSize = 128,
  learningRate = 0.1,
  warmUp,
  start,
  firstStep = 0,
  mask,
  augment = true,
}: TrainedNetworkOptions): Promise<Settings> {
  return {
    network: network.name,
    ...{ images: train.count, size: train.size, data: photosDigest(train) },
    ...{ seed, dataSeed, batchSize, learningRate, firstStep, augment },
    ...(steps === undefined ? { epochs: epochs ?? 16 } : { steps }),
    ...(warmUp === undefined ? {} : { warmUp }),
    ...{ start: await paramsDigest(start), mask: await paramsDigest(mask) },
  };
}

function trained(options: TrainedNetworkOptions, settings: Settings): Promise<Params> {
  const { path, checkpoints = [] } = options;
  mkdirSync(dirname(path), { recursive: true });
  return trainClassifier({
    ...options,
    async onCheckpoint(step, params) {
      const metadata = { settings: JSON.stringify({ ...settings, step }) };
      await writeSafetensors(checkpointPath(path, step), params, { metadata, overwrite: true });
      tf.dispose(params);
    },
    state: {
      path: besides(path, 'state'),
      every: STATE_EVERY,
      // A state that was written for other checkpoints may be behind one that is missing.
      settings: { ...settings, checkpoints },
    },
    onLoss: progress(options),
  });
}

/** Prints the mean loss and the time of a step and of an epoch from time to time. */
function progress({
  network,
  train,
  seed,
  batchSize = 128,
  say,
}: TrainedNetworkOptions): TrainClassifierOptions['onLoss'] {
  const stepsPerEpoch = Math.floor(train.count / batchSize);
  let [sum, count, begin] = [0, 0, performance.now()];
  return (step, loss) => {
    sum += loss;
    count++;
    const elapsed = performance.now() - begin;
    if (elapsed < 1000 * SAY_EVERY) return;
    const [perStep, loss3] = [elapsed / count, (sum / count).toFixed(3)];
    const epoch = `${(step / stepsPerEpoch).toFixed(1)} epochs, ${((perStep * stepsPerEpoch) / 1000).toFixed(0)} s each`;
    say?.(
      `${network.name}, seed ${seed}: ${step} steps of ${perStep.toFixed(0)} ms (${epoch}), loss ${loss3}`,
    );
    [sum, count, begin] = [0, 0, performance.now()];
  };
}
