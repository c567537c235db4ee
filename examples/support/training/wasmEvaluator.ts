import type { Evaluate } from 'perm-lmc';
import { lossAndError } from '../calibration/lossAndError';
import type { LabelledPhotos } from '../cifar';
import type { LayerNormNetwork } from '../layerNorm/layerNormNetwork';
import { wasmLogits } from './wasmLogits';

/**
 * An evaluator of a network on labelled photographs, computed in WebAssembly on one core: `loss`, the mean
 * cross-entropy in nats, and `error`, the share of photographs whose greatest logit is not their class.
 */
export function wasmEvaluator(
  network: LayerNormNetwork,
  photos: LabelledPhotos,
  options: { batchSize?: number } = {},
): Evaluate<'loss' | 'error'> {
  const logitsOf = wasmLogits(network, photos, options);
  const { labels } = photos;
  return async (params) => lossAndError({ labels, logits: await logitsOf(params) });
}
