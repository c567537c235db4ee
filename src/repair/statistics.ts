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

/** Mean and variance of each of several channels, over all values seen. */
export interface Statistics {
  /** The number of values of each channel. */
  readonly count: number;
  readonly mean: Float64Array;
  /** Σ (x − mean)². */
  readonly deviation: Float64Array;
}

/** The statistics of a tensor's channels in parts: those of each index of one of its other axes. */
export interface PartialStatistics {
  /** The number of values of each channel in each part. */
  readonly count: number;
  /** [parts, channels]. */
  readonly mean: Tensor2D;
  /** The mean square of the differences to the mean, [parts, channels]. */
  readonly variance: Tensor2D;
}

/**
 * The statistics of x over all axes but those of the channels. One of the other axes stays, so that few values
 * are added in float32; {@link withParts} adds up the parts in float64.
 *
 * @param x - A tensor of any shape.
 * @param channelAxes - The axes whose row-major product are the channels.
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

/** The statistics of no value. */
export function noStatistics(channels: number): Statistics {
  return { count: 0, mean: new Float64Array(channels), deviation: new Float64Array(channels) };
}

/**
 * The statistics of all values of both (Chan, Golub & LeVeque 1979). Reads the parts.
 */
export async function withParts(
  total: Statistics,
  { count: each, mean: means, variance }: PartialStatistics,
): Promise<Statistics> {
  const [parts, channels] = means.shape;
  const [m, v] = [await read(means), await read(variance)];
  const result = { mean: total.mean.slice(), deviation: total.deviation.slice() };
  let { count } = total;
  for (let part = 0; part < parts; part++) {
    const whole = count + each;
    for (let channel = 0; channel < channels; channel++) {
      const difference = m[part * channels + channel] - result.mean[channel];
      result.mean[channel] += (difference * each) / whole;
      result.deviation[channel] +=
        each * v[part * channels + channel] + (difference * difference * count * each) / whole;
    }
    count = whole;
  }
  return { count, ...result };
}
