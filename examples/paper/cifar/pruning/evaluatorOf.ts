import * as tf from '@tensorflow/tfjs-core';
import { classificationEvaluator, type Evaluate } from 'perm-lmc';
import { cifarImages, type LabelledPhotos } from '../../../support/cifar';
import { forwardOf } from '../../../support/layerNorm/forwardOf';
import type { PruningSetting } from './pruningSetting';

/** Measures networks of the study on photographs. */
export function evaluatorOf(
  { network }: PruningSetting,
  { bytes, labels, size }: LabelledPhotos,
): Evaluate<'loss' | 'error'> {
  const data = { x: cifarImages(bytes, size), y: tf.tensor1d(labels, 'int32') };
  return classificationEvaluator(forwardOf(network), data);
}
