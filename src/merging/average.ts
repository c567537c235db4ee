import { invalid, named } from '../errors';
import type { Params } from '../params';
import { assertComparable } from '../params/internal';
import { assertWeights } from './assertWeights';
import { type MixtureOptions, mixture } from './mixture';

/**
 * The weighted mean of networks, Σ wᵢθᵢ, parameter by parameter. Align them first: the mean of
 * networks whose units are in different orders is useless.
 *
 * @param models - One network or more, of the same names, shapes and dtypes.
 * @param weights - One for each network, ≥ 0, with sum 1. Default: the same for each.
 * @param options - All have defaults.
 * @returns New tensors; the caller disposes them.
 * @throws InvalidInputError when there is no network, they differ in names, shapes or dtypes, a
 * tensor is not float32, or the weights are negative or do not sum to 1.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { average } from 'perm-lmc';
 *
 * const models = [1, 2, 6].map((value) => ({ w: tf.tensor1d([value]) }));
 * await average(models).w.data(); // Float32Array [3]
 * ```
 */
export function average(
  models: readonly Params[],
  weights: readonly number[] = models.map(() => 1 / models.length),
  { integers = 'error' }: MixtureOptions = {},
): Params {
  return named('average', () => {
    assertModels(models, 1);
    assertWeights(weights, models.length);
    return mixture(models, weights, { integers });
  });
}

/** Throws unless there are at least this many networks, all comparable with the first. */
export function assertModels(models: readonly Params[], least: number): void {
  if (models.length < least) {
    throw invalid(
      `expected at least ${least} network(s), received ${models.length}`,
      'Pass them as an array',
    );
  }
  for (const [i, model] of models.entries()) {
    assertComparable(models[0], model, ['models[0]', `models[${i}]`]);
  }
}
