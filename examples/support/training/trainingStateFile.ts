import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { readSafetensors, writeSafetensors } from 'perm-lmc/node';
import type { Settings } from '../cached';
import type { TrainingState } from './trainingEngine';

/** Training after some steps: the state of the engine, and the losses since the epoch began. */
export interface SavedTraining {
  readonly step: number;
  readonly losses: { readonly sum: number; readonly count: number };
  readonly state: Required<TrainingState>;
}

/**
 * Writes the state of training to a safetensors file, completely or not at all: `params/NAME` and
 * `velocity/NAME`, and as metadata the step, the losses and the settings of training.
 */
export async function writeTrainingState(
  path: string,
  settings: Settings,
  { step, losses, state }: SavedTraining,
): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const tensors = { ...renamed('params/', state.params), ...renamed('velocity/', state.velocity) };
  const training = JSON.stringify({ step, losses, settings });
  await writeSafetensors(path, tensors, { metadata: { training }, overwrite: true });
}

/**
 * The state that {@link writeTrainingState} wrote with the same settings, or null if there is none. The caller
 * disposes its tensors.
 */
export async function readTrainingState(
  path: string,
  settings: Settings,
): Promise<SavedTraining | null> {
  if (!existsSync(path)) return null;
  const { params: tensors, metadata } = await readSafetensors(path);
  const { step, losses, settings: stored } = JSON.parse(metadata.training ?? '{}');
  if (!isDeepStrictEqual(stored, JSON.parse(JSON.stringify(settings)))) {
    tf.dispose(tensors);
    return null;
  }
  const params = within('params/', tensors);
  return { step, losses, state: { params, velocity: within('velocity/', tensors) } };
}

function renamed(prefix: string, params: Params): Params {
  return Object.fromEntries(Object.entries(params).map(([name, x]) => [prefix + name, x]));
}

function within(prefix: string, tensors: Params): Params {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, x]) => [name.slice(prefix.length), x]));
}
