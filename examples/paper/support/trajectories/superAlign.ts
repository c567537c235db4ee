import * as tf from '@tensorflow/tfjs-core';
import { isTrainable, matchSequence, type Params, type Permutations } from 'perm-lmc';
import type { TrajectoryPair } from './trajectoryPair';

/** Consecutive checkpoints that are matched together. */
export interface StepWindow {
  /** The indices of the first step and of the last. */
  readonly first: number;
  readonly last: number;
  /** False leaves the shifts of the normalisations and the bias of `fc` out of the similarity. */
  readonly biases: boolean;
}

/** All windows of the pair's sizes, with and without biases, ordered by their last step. */
export function windowsOf({ steps, windows }: TrajectoryPair): StepWindow[] {
  const ending = (last: number) => windows.filter((size) => size <= last + 1);
  return [...steps.keys()].flatMap((last) =>
    ending(last).flatMap((size) =>
      [true, false].map((biases) => ({ first: last + 1 - size, last, biases })),
    ),
  );
}

/** The name of a window by its size, `1 step` or `3 steps, no biases`. */
export function nameOfWindow({ first, last, biases }: StepWindow): string {
  const steps = first === last ? '1 step' : `${last - first + 1} steps`;
  return biases ? steps : `${steps}, no biases`;
}

/** Finds one permutation for all steps of a window (super-alignment). */
export async function superAlign(
  pair: TrajectoryPair,
  { first, last, biases }: StepWindow,
): Promise<Permutations> {
  const steps = pair.steps.slice(first, last + 1);
  const [a, b] = [await loadAll(pair.a, steps), await loadAll(pair.b, steps)];
  const { permutations } = await matchSequence(pair.spec, a, b, {
    ...pair.matching,
    include: (name) => isTrainable(name) && (biases || !name.endsWith('.bias')),
  });
  tf.dispose([a, b]);
  return permutations;
}

async function loadAll(load: TrajectoryPair['a'], steps: readonly number[]): Promise<Params[]> {
  const networks: Params[] = [];
  for (const step of steps) networks.push(await load(step));
  return networks;
}
