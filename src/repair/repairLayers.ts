import { clone, dispose } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { Params } from '../params';
import { type Batches, mapParams } from '../params/internal';
import type { Progress, WorkControl } from '../runtime';
import type { Replay } from '../tracing/internal';
import { levelsOf } from './levelsOf';
import { measure } from './measure';
import type { AffineLayer, RepairLayer } from './repairLayer';
import { normalised, rescaled, type Target } from './rescaled';
import type { Statistics } from './statistics';

/** Progress of `repair` and `resetBatchNorm`, after each layer. */
export interface RepairProgress extends Progress {
  /** The number of layers repaired so far. */
  readonly done: number;
  /** The number of layers to repair. */
  readonly total: number;
  /** The kind of repair: the statistics of a batch normalisation recomputed, or a kernel rescaled. */
  readonly kind: RepairLayer['kind'];
  /** The parameter that names the layer: the mean of a batch normalisation, or the kernel of a contraction. */
  readonly param: string;
  /** True if the mean was repaired too; false for a contraction without a bias. */
  readonly shifted: boolean;
}

/** The layers, the targets and the data of a repair. */
export interface RepairWork extends WorkControl {
  readonly replay: Replay;
  readonly layers: readonly RepairLayer[];
  /** The target statistics of each contraction's channels. */
  readonly targets: ReadonlyMap<AffineLayer, Target>;
  readonly batches: Batches;
  readonly onProgress: ((progress: RepairProgress) => void) | undefined;
}

/**
 * Repairs layer after layer. Each layer is measured on all data after the layers that it depends on, so the number
 * of passes is the number of levels. If all layers are batch normalisations and there is one batch, a single pass is
 * enough: each divides by the statistics of its own input. During the passes batch normalisations divide by the
 * biased variance, as in training, so the result equals that of one batch with all data. The returned variance is
 * the unbiased one.
 *
 * @returns New tensors for all parameters; the caller disposes them.
 */
export async function repairLayers(
  params: Params,
  { replay, layers, targets, batches, signal, yieldPoint, onProgress }: RepairWork,
): Promise<Params> {
  const changed: Params = {};
  /** The params as they are now. */
  const current: Params = { ...params };
  const unbiased: Params = {};
  /** Moves the tensors of `by` into `own` and disposes the replaced ones. */
  const replace = (own: Params, by: Params) => {
    for (const [name, tensor] of Object.entries(by)) {
      own[name]?.dispose();
      own[name] = tensor;
    }
  };
  const change = (by: Params) => {
    replace(changed, by);
    Object.assign(current, by);
  };
  let done = 0;
  try {
    const asTrained = batches.count === 1 && layers.every((layer) => isFused(replay, layer));
    for (const level of asTrained ? [layers] : levelsOf(replay.calls, layers)) {
      const measured = await measure(
        { ...current },
        {
          replay,
          batches: batches.each(signal),
          layers: level,
          asTrained,
          yieldPoint,
        },
      );
      for (const [i, layer] of level.entries()) {
        assertMeasured(layer, measured[i]);
        if (layer.kind === 'batchNorm') {
          change(normalised(current, layer, measured[i], false));
          replace(unbiased, normalised(current, layer, measured[i], true));
        } else {
          change(rescaled(current, layer, measured[i], targets.get(layer)!));
        }
        done++;
        onProgress?.({ done, total: layers.length, ...summaryOf(layer) });
      }
    }
    await yieldPoint();
  } catch (error) {
    dispose([changed, unbiased]);
    throw error;
  }
  replace(changed, unbiased);
  return mapParams(params, (tensor, name) => changed[name] ?? clone(tensor));
}

/** True for a batch normalisation of tfjs's own kernel that is used once. */
function isFused({ calls }: Replay, { kind, taps }: RepairLayer): boolean {
  return (
    kind === 'batchNorm' && taps.length === 1 && calls[taps[0].call].kernel === 'FusedBatchNorm'
  );
}

function summaryOf(layer: RepairLayer): Pick<RepairProgress, 'kind' | 'param' | 'shifted'> {
  return layer.kind === 'batchNorm'
    ? { kind: layer.kind, param: layer.mean, shifted: true }
    : { kind: layer.kind, param: layer.kernel.param, shifted: layer.bias !== null };
}

/** Throws unless the statistics are finite and come from more than one value. */
function assertMeasured(layer: RepairLayer, { count, mean, squares }: Statistics): void {
  const { param } = summaryOf(layer);
  if (count < 2) {
    throw invalid(
      `the data gives one value for each channel of '${param}', too few for a variance`,
      'Pass inputs with more samples',
      { param, received: count },
    );
  }
  if (![mean, squares].every((values) => values.every(Number.isFinite))) {
    throw invalid(
      `the values that '${param}' is measured on are not finite`,
      'Look for values in params or inputs that are not finite, or an overflow in the forward pass',
      { param },
    );
  }
}
