import * as tf from '@tensorflow/tfjs-core';
import { interpolate, type Params } from 'perm-lmc';
import { expect } from 'vitest';
import * as networks from '../support/networks';
import { randomParams } from '../tracing/network';

export type Forward = (params: Params, x: tf.Tensor) => tf.Tensor;

/** Mean and standard deviation of each channel (the last axis), in plain float64. */
export async function statistics(x: tf.Tensor): Promise<{ mean: number[]; std: number[] }> {
  const values = await x.data();
  const channels = x.shape.at(-1)!;
  const rows = values.length / channels;
  const mean = Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += values[r * channels + c];
    return sum / rows;
  });
  const std = mean.map((centre, c) => {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += (values[r * channels + c] - centre) ** 2;
    return Math.sqrt(sum / rows);
  });
  return { mean, std };
}

/** The pre-activations of a repaired network have the weighted means of the parents' statistics. */
export async function expectTargets(
  layer: (params: Params) => tf.Tensor,
  repaired: Params,
  parents: readonly Params[],
  weights: readonly number[],
  { shifted = true } = {},
): Promise<void> {
  const own = await statistics(layer(repaired));
  const theirs = await Promise.all(parents.map((parent) => statistics(layer(parent))));
  own.std.forEach((std, c) => {
    const target = theirs.reduce((sum, each, i) => sum + weights[i] * each.std[c], 0);
    expect(std).toBeCloseTo(target, 4);
  });
  if (!shifted) return;
  own.mean.forEach((mean, c) => {
    const target = theirs.reduce((sum, each, i) => sum + weights[i] * each.mean[c], 0);
    expect(mean).toBeCloseTo(target, 4);
  });
}

export function network(name: string): networks.TestNetwork {
  return networks.testNetworks.find((each) => each.name === name)!;
}

/** Two networks of these shapes, and the mixture of them. */
export function parentsOf(
  shapes: Readonly<Record<string, readonly number[]>>,
  weights = [0.5, 0.5],
) {
  const parents = [randomParams(shapes, 1), randomParams(shapes, 2)];
  return { parents, merged: interpolate(parents[0], parents[1], weights[1]) };
}

export const normal = (shape: number[], seed = 1) =>
  tf.randomNormal(shape, 0.2, 1, 'float32', seed);
