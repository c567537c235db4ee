import {
  mean,
  reshape,
  square,
  sub,
  type Tensor,
  type Tensor2D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../params/internal';
import { read } from '../runtime';

/** The mean and the sum of squared differences of each channel, over all values so far. */
export interface Statistics {
  /** The number of values of each channel. */
  readonly count: number;
  /** μ [channels]. */
  readonly mean: Float64Array;
  /** Σ (x − μ)² [channels]. */
  readonly squares: Float64Array;
}

/** The statistics of a tensor's channels in parts, one for each index of one of the other axes. */
export interface PartialStatistics {
  /** The number of values of each channel in each part. */
  readonly count: number;
  /** The mean of each part [parts, channels]. */
  readonly mean: Tensor2D;
  /** The biased variance of each part [parts, channels]. */
  readonly variance: Tensor2D;
}

/**
 * The statistics of x over all axes except those of the channels. One of the other axes is kept, so that few values
 * are summed in float32. {@link withParts} sums the parts in float64.
 *
 * @param x - A tensor of any shape.
 * @param channelAxes - The axes of the channels. Channel = row-major index over them.
 * @returns New tensors; the caller disposes them.
 */
export function partialStatistics(x: Tensor, channelAxes: readonly number[]): PartialStatistics {
  const others = Array.from({ length: x.rank }, (_, axis) => axis).filter(
    (axis) => !channelAxes.includes(axis),
  );
  const kept = Math.max(
    0,
    others.findIndex((axis) => x.shape[axis] > 1),
  );
  others.unshift(...others.splice(kept, 1));
  const channels = sizeOf(channelAxes.map((axis) => x.shape[axis]));
  const parts = others.length > 0 ? x.shape[others[0]] : 1;
  const count = x.size / (parts * channels);
  const [means, variance] = tidy(() => {
    const values = reshape(transpose(x, [...others, ...channelAxes]), [parts, count, channels]);
    const centre = mean(values, 1, true);
    return [
      reshape(centre, [parts, channels]) as Tensor2D,
      mean(square(sub(values, centre)), 1) as Tensor2D,
    ];
  });
  return { count, mean: means, variance };
}

/** The statistics of no values. */
export function noStatistics(channels: number): Statistics {
  return { count: 0, mean: new Float64Array(channels), squares: new Float64Array(channels) };
}

/** The statistics of the values of `total` and of all parts together (Chan, Golub & LeVeque 1979). */
export async function withParts(
  total: Statistics,
  { count: each, mean: means, variance }: PartialStatistics,
): Promise<Statistics> {
  const [parts, channels] = means.shape;
  const [m, v] = [await read(means), await read(variance)];
  const result = { mean: total.mean.slice(), squares: total.squares.slice() };
  let { count } = total;
  for (let part = 0; part < parts; part++) {
    const whole = count + each;
    for (let channel = 0; channel < channels; channel++) {
      const difference = m[part * channels + channel] - result.mean[channel];
      result.mean[channel] += (difference * each) / whole;
      result.squares[channel] +=
        each * v[part * channels + channel] + (difference * difference * count * each) / whole;
    }
    count = whole;
  }
  return { count, ...result };
}
