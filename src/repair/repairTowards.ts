import { invalid } from '../errors';
import type { Params } from '../params';
import { findAffine } from './findAffine';
import { findNorms } from './findNorms';
import type { Measurement } from './measure';
import type { AffineLayer } from './repairLayer';
import { type RepairWork, repairLayers } from './repairLayers';
import type { ResetBatchNormOptions } from './repairOptions';
import type { Target } from './rescaled';
import { traceOnData } from './traceOnData';

/** The data of a repair, with every default filled in. */
export interface RepairData
  extends Required<Pick<ResetBatchNormOptions, 'forward' | 'inputs' | 'batchSize'>>,
    Pick<RepairWork, 'signal' | 'yieldPoint' | 'onProgress'> {}

/** Finds the targets of contractions. */
export type FindTargets = (
  layers: readonly AffineLayer[],
  measurement: () => Measurement,
) => Promise<ReadonlyMap<AffineLayer, Target>>;

/**
 * Repairs the contractions of a network towards target statistics, and recomputes its batch normalisations.
 *
 * @param findTargets - The targets of the contractions, which are measured in networks of the same shapes by
 * `measurement`.
 * @returns New tensors for all parameters; the caller disposes them.
 */
export async function repairTowards(
  merged: Params,
  { forward, inputs, batchSize, signal, yieldPoint, onProgress }: RepairData,
  findTargets: FindTargets,
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
  const targets = await findTargets(affine, () => ({
    replay,
    batches: batches.each(signal),
    layers: affine,
    asTrained: false,
    yieldPoint,
  }));
  const work = { replay, layers, targets, batches };
  return repairLayers(merged, { ...work, signal, yieldPoint, onProgress });
}
