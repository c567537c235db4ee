import { invalid } from '../errors';
import type { Params } from '../params';
import { findAffine } from './findAffine';
import { findNorms } from './findNorms';
import { type Measurement, measure } from './measure';
import type { AffineLayer } from './repairLayer';
import { type RepairWork, repairLayers } from './repairLayers';
import type { ResetBatchNormOptions } from './repairOptions';
import { standardDeviation, type Target } from './rescaled';
import { traceOnData } from './traceOnData';

/** Runs work on the params of a parent, which are released after it. */
export type OpenParent = <T>(parent: number, work: (params: Params) => Promise<T>) => Promise<T>;

/** The data of a repair, with every default filled in. */
interface RepairData
  extends Required<Pick<ResetBatchNormOptions, 'forward' | 'inputs' | 'batchSize'>>,
    Pick<RepairWork, 'signal' | 'yieldPoint' | 'onProgress'> {}

/**
 * Repairs a merged network, with one parent in memory at a time.
 *
 * @param weights - The weight of each parent, [parents].
 */
export async function repairMerged(
  merged: Params,
  weights: readonly number[],
  open: OpenParent,
  { forward, inputs, batchSize, signal, yieldPoint, onProgress }: RepairData,
): Promise<Params> {
  const { trace, batches } = await traceOnData({ forward, inputs, batchSize, signal }, merged);
  const norms = findNorms(trace.calls, merged);
  const affine = findAffine(trace, merged, norms);
  const layers = [...norms, ...affine];
  if (layers.length === 0) {
    throw invalid(
      'forward has neither a batch normalisation nor a contraction with hidden units whose kernel is a parameter',
      'There is nothing to repair: use the merged network as it is',
      { param: 'forward' },
    );
  }
  const replay = { forward, calls: trace.calls };
  const targets = await targetsOf(weights, open, affine, () => ({
    replay,
    batches: batches.each(signal),
    layers: affine,
    asTrained: false,
    yieldPoint,
  }));
  const work = { replay, layers, targets, batches };
  return repairLayers(merged, { ...work, signal, yieldPoint, onProgress });
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
