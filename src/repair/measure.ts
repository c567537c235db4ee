import {
  add,
  dispose,
  engine,
  keep,
  mean,
  type NamedTensorMap,
  reshape,
  square,
  sub,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from '../params';
import { listsBy } from '../params/internal';
import {
  hasFusedActivation,
  type KernelCall,
  preActivation,
  type Replay,
  replayForward,
  stopReplay,
} from '../tracing/internal';
import type { RepairLayer, Tap } from './repairLayer';
import {
  noStatistics,
  type PartialStatistics,
  partialStatistics,
  type Statistics,
  withParts,
} from './statistics';

/** The layers to measure, and the data. */
export interface Measurement {
  readonly replay: Replay;
  readonly batches: AsyncIterable<NetworkInput>;
  readonly layers: readonly RepairLayer[];
  /**
   * True if batch normalisations divide by the statistics of each batch, as in training; false if they use the
   * statistics in the parameters.
   */
  readonly asTrained: boolean;
  readonly yieldPoint: () => Promise<void>;
}

/** The statistics of each layer in one network, over all batches and all taps of the layer. */
export async function measure(
  params: Params,
  { replay, batches, layers, asTrained, yieldPoint }: Measurement,
): Promise<Statistics[]> {
  const totals: (Statistics | undefined)[] = layers.map(() => undefined);
  for await (const input of batches) {
    await yieldPoint();
    const found = statisticsOf(replay, params, input, layers, asTrained);
    try {
      for (const { layer, parts } of found) {
        const total = totals[layer] ?? noStatistics(parts.mean.shape[1]);
        totals[layer] = await withParts(total, parts);
      }
    } finally {
      dispose(found.map(({ parts }) => [parts.mean, parts.variance]));
    }
  }
  return totals as Statistics[];
}

interface LayerParts {
  /** The index of the layer. */
  readonly layer: number;
  readonly parts: PartialStatistics;
}

/** The statistics of one batch; the forward pass ends with the last tap. */
function statisticsOf(
  replay: Replay,
  params: Params,
  input: NetworkInput,
  layers: readonly RepairLayer[],
  asTrained: boolean,
): LayerParts[] {
  const waiting = layers.flatMap(({ taps }, layer) => taps.map((tap) => ({ layer, tap })));
  const waitingAt = listsBy(waiting, ({ tap }) => [tap.call]);
  const last = waiting.reduce((most, { tap }) => Math.max(most, tap.call), -1);
  const found: LayerParts[] = [];
  try {
    replayForward(replay, params, input, (call) => {
      const own = waitingAt.get(call.index) ?? [];
      const result = asTrained && own.length > 0 ? null : call.run();
      for (const { layer, tap } of own) {
        found.push({ layer, parts: keptStatistics(call, result, tap) });
      }
      if (call.index === last) stopReplay();
      return result ?? normalisedByBatch(call, found.at(-1)!.parts);
    });
    return found;
  } catch (error) {
    dispose(found.map(({ parts }) => [parts.mean, parts.variance]));
    throw error;
  }
}

/** A batch normalisation by the statistics of its own input. */
function normalisedByBatch(
  { name, inputs, attrs }: KernelCall,
  { mean: means, variance: variances }: PartialStatistics,
): TensorInfo {
  const centre = mean(means, 0);
  // Parts have one size: variance = mean of the parts' variances + variance of the parts' means.
  const variance = add(mean(variances, 0), mean(square(sub(means, centre)), 0));
  const own = {
    ...inputs,
    mean: reshape(centre, inputs.mean.shape),
    variance: reshape(variance, inputs.variance.shape),
  };
  return engine().runKernel(name, own as NamedTensorMap, attrs as never) as TensorInfo;
}

/** The statistics of a tap, kept after the forward pass. */
function keptStatistics(
  call: KernelCall,
  result: TensorInfo | TensorInfo[] | null,
  { input, channelAxes }: Tap,
): PartialStatistics {
  const parts = partialStatistics(tapped(call, result, input), channelAxes);
  keep(parts.mean);
  keep(parts.variance);
  return parts;
}

function tapped(
  call: KernelCall,
  result: TensorInfo | TensorInfo[] | null,
  input: string | null,
): Tensor {
  if (input !== null) return call.inputs[input] as Tensor;
  if (hasFusedActivation(call)) return preActivation(call) as Tensor;
  return (Array.isArray(result) ? result[0] : result) as Tensor;
}
