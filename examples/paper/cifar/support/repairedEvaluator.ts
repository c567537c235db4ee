import * as tf from '@tensorflow/tfjs-core';
import { average, type Evaluate, type Params } from 'perm-lmc';
import type { LayerNormNetwork } from '../../../support/layerNorm/layerNormNetwork';
import { normStatistics } from '../../../support/layerNorm/normStatistics';
import { repairNorms } from '../../../support/layerNorm/repairNorms';

/**
 * Measures mixtures of these networks after a repair of their normalisations: those of Σ wᵢθᵢ get the statistics
 * Σ wᵢsᵢ, where sᵢ are those of θᵢ on the images, [n, size, size, 3].
 */
export function repairedEvaluator<Metric extends string>(
  evaluate: Evaluate<Metric>,
  parts: {
    readonly network: LayerNormNetwork;
    readonly parents: readonly Params[];
    readonly images: tf.Tensor;
  },
): { readonly evaluate: Evaluate<Metric>; readonly dispose: () => void } {
  const { network, parents, images } = parts;
  const statistics = parents.map((params) => normStatistics(network, params, images));
  return {
    evaluate: async (params, point) => {
      const target = average(statistics, { weights: point!.weights });
      const repaired = repairNorms(network, params, { target, images });
      tf.dispose(target);
      try {
        return await evaluate(repaired);
      } finally {
        tf.dispose(repaired);
      }
    },
    dispose: () => tf.dispose(statistics),
  };
}
