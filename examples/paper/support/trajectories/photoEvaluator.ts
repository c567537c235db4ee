import * as tf from '@tensorflow/tfjs-core';
import { classificationEvaluator, type Evaluate } from 'perm-lmc';
import { cifarImages, type LabelledPhotos } from '../../../support/cifar';
import { forwardOf } from '../../../support/layerNorm/forwardOf';
import type { LayerNormNetwork } from '../../../support/layerNorm/layerNormNetwork';

/** The loss and the share of errors of a network on these images. */
export function photoEvaluator(
  network: LayerNormNetwork,
  { bytes, labels }: LabelledPhotos,
): Evaluate<'loss' | 'error'> {
  const [x, y] = [cifarImages(bytes), tf.tensor1d(labels, 'int32')];
  return classificationEvaluator(forwardOf(network), { x, y });
}
