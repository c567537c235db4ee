import { clone, dispose } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { NetworkInput, Params } from '../params';
import { mapParams } from '../params/internal';
import type { Replay } from '../tracing/internal';
import { levelsOf } from './levelsOf';
import { measure } from './measure';
import type { AffineLayer, RepairLayer } from './repairLayer';
import { normalised, rescaled, type Target } from './rescaled';
import type { Statistics } from './statistics';

/** What `onProgress` of `repair` and `resetBatchNorm` receives for each layer that is done. */
export interface RepairProgress {
  /** Layers done so far. */
  readonly done: number;
  /** Layers to do. */
  readonly total: number;
  /** What was done: statistics recomputed, or a kernel rescaled. */
  readonly kind: RepairLayer['kind'];
  /** The layer, by its parameter: the mean of a batch normalisation, the kernel of a contraction. */
  readonly param: string;
  /** Whether the mean is right, too: false for a contraction without a bias, which cannot shift it. */
  readonly shifted: boolean;
}

/** What a repair works on. */
export interface RepairWork {
  readonly replay: Replay;
  readonly layers: readonly RepairLayer[];
  /** What the channels of a contraction are to be like. */
  readonly targets: ReadonlyMap<AffineLayer, Target>;
  /** The data, from its beginning. */
  readonly batches: () => AsyncIterable<NetworkInput>;
  /** Whether it is known to be one batch. */
  readonly isOneBatch: boolean;
  readonly yieldPoint: () => Promise<void>;
  readonly onProgress: ((progress: RepairProgress) => void) | undefined;
}

/**
 * Repairs layer after layer: each is measured on all of the data when those that it depends on are done,
 * in as many passes as there are layers one behind the other. (One batch that meets batch normalisations only
 * takes a single pass, in which they divide by what they measure.) Until the end batch normalisations divide by the biased variance, as they do in training, so that the
 * result is that of one batch of all the data; what they are left with is the unbiased one.
 */
export async function repairLayers(
  params: Params,
  { replay, layers, targets, batches, isOneBatch, yieldPoint, onProgress }: RepairWork,
): Promise<Params> {
  const changed: Params = {};
  const unbiased: Params = {};
  /** Takes parameters over, and disposes those that they replace. */
  const replace = (own: Params, by: Params) => {
    for (const [name, tensor] of Object.entries(by)) {
      own[name]?.dispose();
      own[name] = tensor;
    }
  };
  let done = 0;
  try {
    const asTrained = isOneBatch && layers.every((layer) => isFused(replay, layer));
    for (const level of asTrained ? [layers] : levelsOf(replay.calls, layers)) {
      const current = { ...params, ...changed };
      const measured = await measure(current, {
        replay,
        batches: batches(),
        layers: level,
        asTrained,
        yieldPoint,
      });
      for (const [i, layer] of level.entries()) {
        assertMeasured(layer, measured[i]);
        const now = { ...params, ...changed };
        if (layer.kind === 'batchNorm') {
          replace(changed, normalised(now, layer, measured[i], false));
          replace(unbiased, normalised(now, layer, measured[i], true));
        } else {
          replace(changed, rescaled(now, layer, measured[i], targets.get(layer)!));
        }
        done++;
        onProgress?.({ done, total: layers.length, ...told(layer) });
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

/** Whether a layer is a batch normalisation of tfjs's own that is used once. */
function isFused({ calls }: Replay, { kind, taps }: RepairLayer): boolean {
  return (
    kind === 'batchNorm' && taps.length === 1 && calls[taps[0].call].kernel === 'FusedBatchNorm'
  );
}

function told(layer: RepairLayer): Pick<RepairProgress, 'kind' | 'param' | 'shifted'> {
  return layer.kind === 'batchNorm'
    ? { kind: layer.kind, param: layer.mean, shifted: true }
    : { kind: layer.kind, param: layer.kernel.param, shifted: layer.bias !== null };
}

/** Throws unless the statistics are finite and of more than one value. */
function assertMeasured(layer: RepairLayer, { count, mean, deviation }: Statistics): void {
  const { param } = told(layer);
  if (count < 2) {
    throw invalid(
      `the data gives one value for each channel of '${param}', of which there is no variance`,
      'Pass inputs with more samples',
    );
  }
  if (![mean, deviation].every((values) => values.every(Number.isFinite))) {
    throw invalid(
      `what '${param}' is measured on is not finite`,
      'Look for values in params or inputs that are not finite, or an overflow in the forward pass',
    );
  }
}
