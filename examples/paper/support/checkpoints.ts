import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { writeSafetensors } from 'perm-lmc/node';
import { mlpNetwork } from '../../support/mlp';
import { halfCosine } from '../../support/schedules';
import { trainNetwork } from '../../support/train';
import type { Study } from './study';

/** The training of an MLP whose checkpoints are kept. */
export interface CheckpointOptions {
  readonly widths: readonly number[];
  readonly seed: number;
  /** The steps whose checkpoints are kept, ascending; training stops at the last. */
  readonly steps: readonly number[];
  /** The variance of initial weights, see `mlpNetwork`. Default 2. */
  readonly gain?: number;
  /** The learning rate at the first step; it falls along half a cosine to 0 at `end`. */
  readonly learningRate: number;
  /** The step at which training would end; by default the last of `steps`. */
  readonly end?: number;
}

/**
 * Trains an MLP and keeps checkpoints at these steps.
 *
 * If all files exist, nothing is trained. Training is deterministic, so an interrupted one is repeated.
 *
 * @returns The files, in the order of the steps.
 */
export async function trainCheckpoints(
  { path, say, train }: Study,
  { widths, gain = 2, seed, steps, learningRate, end = steps.at(-1)! }: CheckpointOptions,
): Promise<string[]> {
  const fileOf = (step: number) => path(`mlp-${seed}-step-${step}.safetensors`);
  const files = steps.map(fileOf);
  if (files.every((file) => existsSync(file))) return files;
  say(`training an MLP, seed ${seed}, ${steps.at(-1)} steps`);
  const params = await trainNetwork({
    network: mlpNetwork(widths, gain),
    train,
    seed,
    learningRate: halfCosine(learningRate, end),
    steps: steps.at(-1),
    checkpoints: steps,
    async onCheckpoint(step, own) {
      await writeSafetensors(fileOf(step), own, { overwrite: true });
      tf.dispose(own);
    },
  });
  tf.dispose(params);
  return files;
}
