import * as tf from '@tensorflow/tfjs-core';
import { classificationEvaluator, type Evaluate } from 'perm-lmc';
import { cifarImages, type LabelledPhotos } from '../cifar';
import { forwardOf } from '../layerNorm/forwardOf';
import type { LayerNormNetwork } from '../layerNorm/layerNormNetwork';

/** The loss and error of a network on photographs. */
export function evaluatorOf(
  network: LayerNormNetwork,
  { bytes, labels, size }: LabelledPhotos,
): Evaluate<'loss' | 'error'> {
  const data = { x: cifarImages(bytes, size), y: tf.tensor1d(labels, 'int32') };
  return classificationEvaluator(forwardOf(network), data, { batchSize: 250 });
}
