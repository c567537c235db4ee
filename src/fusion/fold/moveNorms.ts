import type { Params } from '../../params';
import { normProducers } from '../../repair/internal';
import { read } from '../../runtime';
import { placesOn, type ResolvedSpec, shapesOf } from '../../symmetry/internal';
import type { FoldedNorm } from './foldedNorm';
import { type ChannelScale, normScales, scaleChannels } from './scaleChannels';

/** A network whose batch normalisations are in their kernels. */
export interface NormalisedNetwork {
  readonly params: Params;
  readonly norms: readonly FoldedNorm[];
}

/**
 * Moves batch normalisations whose channels are units of the groups into the kernels before them:
 *
 *     W ← s W,  b ← s b,  mean ← s·mean,  var ← 1 − ε,  γ ← 1,     s = γ / √(var + ε)
 *
 * The function stays the same, and units are compared by what they compute. Normalisations whose kernels or γ are not
 * found stay as they are.
 *
 * @returns New tensors for all parameters.
 */
export async function moveNorms(
  resolved: ResolvedSpec,
  params: Params,
  groups: ReadonlySet<string>,
  epsilon: number,
): Promise<NormalisedNetwork> {
  const scales: ChannelScale[] = [];
  const values = new Map<string, Float64Array>();
  const norms: FoldedNorm[] = [];
  for (const { layer, mean, variance, producers } of normProducers(resolved, shapesOf(params))) {
    const gamma = gammaOf(mean, layer, params);
    const isFolded = placesOn(resolved.places, mean).some(({ group }) => groups.has(group));
    if (producers === null || gamma === null || !isFolded) continue;
    const gain = Float64Array.from(await read(params[gamma]));
    const spread = Float64Array.from(await read(params[variance]), (value) => value + epsilon);
    if (spread.some((value) => !(value > 0))) continue;
    const scale = gain.map((value, c) => value / Math.sqrt(spread[c]));
    scales.push(...normScales(mean, producers, params, scale));
    values.set(
      variance,
      gain.map(() => 1 - epsilon),
    );
    values.set(
      gamma,
      gain.map(() => 1),
    );
    norms.push({ mean, variance, gamma, gain, spread, estimate: gain.map((value) => value ** 2) });
  }
  return { params: await scaleChannels(params, scales, values), norms };
}

/** γ of a normalisation: the parameter of its layer named weight or gamma; null if there is none. */
function gammaOf(mean: string, layer: string, params: Params): string | null {
  const separator = layer === '' ? '' : mean.charAt(layer.length);
  const suffix = /:\d+$/.exec(mean)?.[0] ?? '';
  const name = mean.includes('running_mean') ? 'weight' : 'gamma';
  const gamma = layer + separator + name + suffix;
  const isFound =
    Object.hasOwn(params, gamma) && params[gamma].shape.join() === params[mean].shape.join();
  return isFound ? gamma : null;
}
