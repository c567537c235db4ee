import * as tf from '@tensorflow/tfjs-core';
import {
  applyMask,
  geometric,
  type IterativePruningOptions,
  iterativeMagnitudePruning,
  type Params,
  type PruningLevel,
  type TrainFn,
} from 'perm-lmc';
import { expect } from 'vitest';
import { useBackend } from '../support/backend';
import { rows, valuesOf } from './masks';

await useBackend('cpu');

const target = rows({ k1: [5, -1, 3, 0.5], k2: [2, -4, 1, 1] });

/** Half of the way to the target, under the mask: w ↦ m·(w + t)/2. */
export const train: TrainFn = async (params, mask) =>
  tf.tidy(() => {
    const moved = Object.keys(target).map((name) => [
      name,
      tf.mul(tf.add(params[name], target[name]), 0.5),
    ]);
    return applyMask({ ...params, ...Object.fromEntries(moved) }, mask);
  });

/** The params that every level starts from. */
export const rewind: Params = {
  ...rows({ k1: [1, 1, -1, 0.5], k2: [0, 2, 1, -3] }),
  bias: tf.tensor1d([7]),
};
/** Two levels, each of half of what is left. */
export const options: IterativePruningOptions = {
  train,
  rewind,
  schedule: geometric(0.5),
  levels: 2,
};

interface Plain {
  level: number;
  density: number;
  mask: Record<string, number[]>;
  params: Record<string, number[]>;
}

/** All levels as numbers; every one is disposed as soon as it is read. */
async function plainLevels(levels: AsyncIterable<PruningLevel>): Promise<Plain[]> {
  const plain: Plain[] = [];
  for await (const { level, density, mask, params } of levels) {
    // Whatever order train or a file has them in.
    expect(Object.keys(params)).toEqual(Object.keys(mask));
    if (Object.hasOwn(params, 'k2')) expect(Object.keys(params)).toEqual(Object.keys(rewind));
    plain.push({ level, density, mask: await valuesOf(mask), params: await valuesOf(params) });
    tf.dispose([mask, params]);
  }
  return plain;
}

/** All levels of {@link options}, some of them replaced, as numbers. */
export const run = (more: Partial<IterativePruningOptions> = {}) =>
  plainLevels(iterativeMagnitudePruning({ ...options, ...more }));
