import type { Params } from '../../params';
import { normProducers } from '../../repair/internal';
import { type ResolvedSpec, shapesOf } from '../../symmetry/internal';
import type { NormalisedNetwork } from './moveNorms';
import { type ChannelScale, normScales, scaleChannels } from './scaleChannels';

/** An estimated variance below this share of γ² counts as none: the members cancel each other. */
const LEAST_SHARE = 1e-12;

/**
 * Moves the normalisations out of the kernels again: each channel gets the mean of its members' moving variances and γ,
 * and its kernel the scale at which it has that variance by the estimate.
 *
 * @param isCorrected - True for outputs of the standard deviation |γ|, false for that of the estimate.
 * @returns New tensors for all parameters.
 */
export async function restoreNorms(
  resolved: ResolvedSpec,
  { params, norms }: NormalisedNetwork,
  isCorrected: boolean,
  epsilon: number,
): Promise<Params> {
  const scales: ChannelScale[] = [];
  const values = new Map<string, Float64Array>();
  const found = normProducers(resolved, shapesOf(params));
  for (const { mean, variance, gamma, gain, spread, estimate } of norms) {
    const producers = found.find((norm) => norm.mean === mean)?.producers ?? [];
    const sign = gain.map((value) => (value < 0 ? -1 : 1));
    const deviation = estimate.map((value, c) =>
      value > LEAST_SHARE * gain[c] ** 2 ? Math.sqrt(value) : 0,
    );
    const scale = deviation.map((value, c) =>
      value > 0 ? (sign[c] * Math.sqrt(spread[c])) / value : 0,
    );
    scales.push(...normScales(mean, producers, params, scale));
    values.set(
      variance,
      spread.map((value) => value - epsilon),
    );
    values.set(gamma, isCorrected ? gain : deviation.map((value, c) => sign[c] * value));
  }
  return scaleChannels(params, scales, values);
}
