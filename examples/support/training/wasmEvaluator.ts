import type { Evaluate } from 'perm-lmc';
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
  return async (params) => {
    const logits = await logitsOf(params);
    let [loss, wrong] = [0, 0];
    for (let i = 0; i < photos.count; i++) {
      const row = logits.subarray(i * network.classes, (i + 1) * network.classes);
      const greatest = Math.max(...row);
      const total = row.reduce((sum, value) => sum + Math.exp(value - greatest), 0);
      loss += greatest + Math.log(total) - row[photos.labels[i]];
      if (row.indexOf(greatest) !== photos.labels[i]) wrong++;
    }
    return { loss: loss / photos.count, error: wrong / photos.count };
  };
}
