import { assertOptions } from '../checks';
import { named } from '../errors';
import type { Params } from '../params';
import { assertModels } from './assertModels';
import { type MixtureOptions, mixture } from './mixture';
import { mixtureWeights, type WeightOptions } from './mixtureWeights';

/** Options of {@link average}. */
export interface AverageOptions extends MixtureOptions, WeightOptions {}

/**
 * The weighted mean of networks, parameter by parameter:
 *
 *     θ = Σ wᵢθᵢ
 *
 * Align the networks first: the mean of networks whose units are in different orders is useless.
 *
 * A network of weight 0 is left out. A network of weight 1 alone is returned value for value. Where the weights
 * sum to 1, a value that all networks share stays as it is, infinities included.
 *
 * @param models - One network or more, of the same names, shapes and dtypes. All are left as they are.
 * @param options - All have defaults. An array stands for the weights alone.
 * @returns New tensors of the same names and shapes; the caller disposes them.
 * @throws InvalidInputError when there is no network, the networks differ in names, shapes or dtypes, a
 * tensor is not float32 (see `integers`), or, without `anyWeights`, a weight is negative or the sum is not 1.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { average } from 'perm-lmc';
 *
 * const models = [1, 2, 6].map((value) => ({ w: tf.tensor1d([value]) }));
 * await average(models).w.data(); // Float32Array [3]
 * await average(models, { weights: [0.5, 0.5, 0] }).w.data(); // Float32Array [1.5]
 * // Task arithmetic: the base, plus 0.8 of the change that each of two fine-tuned networks makes to it.
 * await average(models, { weights: [-0.6, 0.8, 0.8], anyWeights: true }).w.data(); // about 5.8
 * ```
 */
export function average(
  models: readonly Params[],
  options: AverageOptions | readonly number[] = {},
): Params {
  return named('average', () => {
    const own: AverageOptions = isList(options) ? { weights: options } : options;
    assertOptions(own, { weights: true, anyWeights: 'boolean', integers: true });
    const { weights, anyWeights, integers = 'error' } = own;
    assertModels(models, 1);
    const parts = mixtureWeights(models.length, { weights, anyWeights });
    return mixture(models, parts, { integers });
  });
}

function isList(options: AverageOptions | readonly number[]): options is readonly number[] {
  return Array.isArray(options);
}
