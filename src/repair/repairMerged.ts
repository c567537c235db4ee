import type { Params } from '../params';
import { type Measurement, measure } from './measure';
import type { AffineLayer } from './repairLayer';
import { type RepairData, repairTowards } from './repairTowards';
import { standardDeviation, type Target } from './rescaled';

/** Runs work on the params of a parent, which are released after it. */
export type OpenParent = <T>(parent: number, work: (params: Params) => Promise<T>) => Promise<T>;

/**
 * Repairs a merged network, with one parent in memory at a time.
 *
 * @param weights - The weight of each parent, [parents].
 */
export async function repairMerged(
  merged: Params,
  weights: readonly number[],
  open: OpenParent,
  data: RepairData,
): Promise<Params> {
  return repairTowards(merged, data, (layers, measurement) =>
    targetsOf(weights, open, layers, measurement),
  );
}

/** The weighted means of the parents' means and standard deviations, for each layer. */
async function targetsOf(
  weights: readonly number[],
  open: OpenParent,
  layers: readonly AffineLayer[],
  measurement: () => Measurement,
): Promise<Map<AffineLayer, Target>> {
  const targets = new Map(
    layers.map((layer) => [
      layer,
      { mean: new Float64Array(layer.channels), deviation: new Float64Array(layer.channels) },
    ]),
  );
  if (layers.length === 0) return targets;
  for (const [i, weight] of weights.entries()) {
    if (weight === 0) continue;
    const measured = await open(i, (parent) => measure(parent, measurement()));
    for (const [at, layer] of layers.entries()) {
      const { mean, deviation } = targets.get(layer)!;
      const own = standardDeviation(measured[at]);
      for (let channel = 0; channel < layer.channels; channel++) {
        mean[channel] += weight * measured[at].mean[channel];
        deviation[channel] += weight * own[channel];
      }
    }
  }
  return targets;
}
