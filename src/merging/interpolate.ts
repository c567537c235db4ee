import { invalid, named } from '../errors';
import type { Params } from '../params';
import { assertComparable } from '../params/internal';
import { type MixtureOptions, mixture } from './mixture';

/** Options of {@link interpolate}. */
export interface InterpolateOptions extends MixtureOptions {
  /** Allows alpha outside [0, 1]. Default false. */
  extrapolate?: boolean;
}

/**
 * The network on the straight line between two: θ(α) = (1 − α)·A + α·B, parameter by parameter.
 *
 * Moving statistics of batch normalisation are interpolated like weights, which is not the same as
 * computing them anew on data.
 *
 * @param a - The network at α = 0.
 * @param b - The network at α = 1: the same names, shapes and dtypes. Both are left as they are.
 * @param alpha - 0 gives A, 1 gives B; in [0, 1] unless `extrapolate` is set.
 * @param options - All have defaults.
 * @returns New tensors; the caller disposes them.
 * @throws InvalidInputError when names, shapes or dtypes differ, a tensor is not float32, or alpha
 * is out of range.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { interpolate } from 'perm-lmc';
 *
 * const a = { w: tf.tensor1d([0, 0]) };
 * const b = { w: tf.tensor1d([4, 8]) };
 * await interpolate(a, b, 0.25).w.data(); // Float32Array [1, 2]
 * ```
 */
export function interpolate(
  a: Params,
  b: Params,
  alpha: number,
  { extrapolate = false, integers = 'error' }: InterpolateOptions = {},
): Params {
  return named('interpolate', () => {
    assertComparable(a, b);
    if (!Number.isFinite(alpha) || (!extrapolate && (alpha < 0 || alpha > 1))) {
      throw invalid(
        `alpha must be in [0, 1], received ${alpha}`,
        'Pass { extrapolate: true } to go beyond the two networks',
      );
    }
    return mixture([a, b], [1 - alpha, alpha], { integers });
  });
}
