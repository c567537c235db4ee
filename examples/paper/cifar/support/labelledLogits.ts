import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { cifarImages, type LabelledPhotos } from '../../../support/cifar';
import { forwardOf } from '../../../support/layerNorm/forwardOf';
import type { LayerNormNetwork } from '../../../support/layerNorm/layerNormNetwork';

/** The logits [n, classes] of networks on fixed photographs, row-major, with the classes of these. */
export interface LabelledLogits {
  readonly labels: Int32Array;
  readonly logitsOf: (params: Params) => Promise<Float32Array>;
}

/** Computes a network's logits on these photographs. */
export function labelledLogits(network: LayerNormNetwork, photos: LabelledPhotos): LabelledLogits {
  const forward = forwardOf(network);
  const row = 3 * photos.size ** 2;
  const batchSize = 50;
  return {
    labels: photos.labels,
    async logitsOf(params) {
      const logits = new Float32Array(photos.count * network.classes);
      for (let begin = 0; begin < photos.count; begin += batchSize) {
        const images = cifarImages(
          photos.bytes.subarray(begin * row, (begin + batchSize) * row),
          photos.size,
        );
        const batch = forward(params, images);
        logits.set((await batch.data()) as Float32Array, begin * network.classes);
        tf.dispose([images, batch]);
      }
      return logits;
    },
  };
}
