import { add, mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Params } from '../params';
import type { AffineLayer, ChannelParameter, NormLayer } from './repairLayer';
import type { Statistics } from './statistics';

/** The target mean and standard deviation of each channel. */
export interface Target {
  /** μ [channels]. */
  readonly mean: Float64Array;
  /** σ [channels]. */
  readonly deviation: Float64Array;
}

/** The standard deviation σ of each channel. */
export function standardDeviation({ squares, count }: Statistics): Float64Array {
  return squares.map((sum) => Math.sqrt(sum / count));
}

/**
 * The parameters of a layer, changed so that its channels have the target statistics instead of the measured ones.
 * z becomes s·z + t with
 *
 *     s = σ_target / σ      t = μ_target − s·μ
 *
 * by s·K and s·b + t. A channel that does not vary keeps s = 1. Without a bias there is no t.
 *
 * @returns New tensors for the kernel and the bias.
 */
export function rescaled(
  params: Params,
  { kernel, bias }: AffineLayer,
  measured: Statistics,
  target: Target,
): Params {
  const own = standardDeviation(measured);
  const scales = own.map((deviation, channel) => {
    const size = Math.abs(measured.mean[channel]) + target.deviation[channel];
    return deviation > 1e-6 * size ? target.deviation[channel] / deviation : 1;
  });
  const shifts = scales.map(
    (scale, channel) => target.mean[channel] - scale * measured.mean[channel],
  );
  return tidy(() => ({
    [kernel.param]: mul(params[kernel.param], byChannel(params, kernel, scales, 1)),
    ...(bias && {
      [bias.param]: add(
        mul(params[bias.param], byChannel(params, bias, scales, 1)),
        byChannel(params, bias, shifts, 0),
      ),
    }),
  }));
}

/** A tensor of the parameter's shape with the number of each value's channel, or `otherwise` for no channel. */
function byChannel(
  params: Params,
  { param, channelOf }: ChannelParameter,
  numbers: Float64Array,
  otherwise: number,
): Tensor {
  const values = Float32Array.from(channelOf, (channel) =>
    channel < 0 ? otherwise : numbers[channel],
  );
  return tensor(values, params[param].shape);
}

/**
 * The moving statistics of a batch normalisation, from the measured statistics of its input.
 *
 * @param unbiased - True to divide the variance Σ(x − μ)² by n − 1, false to divide it by n.
 */
export function normalised(
  params: Params,
  { mean, variance }: NormLayer,
  measured: Statistics,
  unbiased: boolean,
): Params {
  const over = measured.count - (unbiased ? 1 : 0);
  const shaped = (values: Float64Array, like: Tensor) =>
    tensor(Float32Array.from(values), like.shape);
  return {
    [mean]: shaped(measured.mean, params[mean]),
    [variance]: shaped(
      measured.squares.map((sum) => sum / over),
      params[variance],
    ),
  };
}
