import type { Params } from '../params';
import { findAffine } from './findAffine';
import { findNorms } from './findNorms';
import { measure } from './measure';
import type { AffineLayer } from './repairLayer';
import type { RepairData } from './repairTowards';
import { standardDeviation, type Target } from './rescaled';
import { traceOnData } from './traceOnData';

/** The mean and the standard deviation of each channel of the contractions that a repair would rescale. */
export async function measureContractions(
  params: Params,
  { forward, inputs, batchSize, signal, yieldPoint }: RepairData,
): Promise<Map<AffineLayer, Target>> {
  const { trace, batches } = await traceOnData({ forward, inputs, batchSize, signal }, params);
  const layers = findAffine(trace, params, findNorms(trace.calls, params));
  if (layers.length === 0) return new Map();
  const measured = await measure(params, {
    replay: { forward, calls: trace.calls },
    batches: batches.each(signal),
    layers,
    asTrained: false,
    yieldPoint,
  });
  return new Map(
    layers.map((layer, i) => [
      layer,
      { mean: measured[i].mean, deviation: standardDeviation(measured[i]) },
    ]),
  );
}
