import { assertOptions, shown } from '../checks';
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
 * The network on the straight line between two, parameter by parameter:
 *
 *     θ(α) = (1 − α)·A + α·B
 *
 * α = 0 and 1 give the ends value for value. A value that both networks share stays as it is, infinities
 * included.
 *
 * Moving statistics of batch normalisation are interpolated like weights, which makes the variances too large:
 * compute them anew on data with `resetBatchNorm`, or estimate them with `estimateBatchNorm`.
 *
 * @param a - The network at α = 0.
 * @param b - The network at α = 1: the same names, shapes and dtypes. Both are left as they are.
 * @param alpha - 0 gives A, 1 gives B; in [0, 1] unless `extrapolate` is set.
 * @param options - All have defaults.
 * @returns New tensors of the same names and shapes; the caller disposes them.
 * @throws InvalidInputError when names, shapes or dtypes differ, a tensor is not float32 (see `integers`), or
 * alpha is out of range.
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
  options: InterpolateOptions = {},
): Params {
  return named('interpolate', () => {
    assertOptions(options, { extrapolate: 'boolean', integers: true });
    const { extrapolate = false, integers = 'error' } = options;
    assertComparable(a, b);
    if (!Number.isFinite(alpha) || (!extrapolate && (alpha < 0 || alpha > 1))) {
      throw invalid(
        `alpha must be ${extrapolate ? 'a finite number' : 'in [0, 1]'}, received ${shown(alpha)}`,
        Number.isFinite(alpha)
          ? 'Pass { extrapolate: true } to go beyond the two networks'
          : 'Pass a number: 0 gives a, 1 gives b',
        { param: 'alpha', received: alpha },
      );
    }
    return mixture([a, b], [1 - alpha, alpha], { integers });
  });
}
