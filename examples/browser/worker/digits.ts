import * as tf from '@tensorflow/tfjs-core';
import { classificationEvaluator, type Evaluate } from 'perm-lmc';
import { mlpSplitForward } from '../../support/mlp';
import type { LabelledImages } from '../../support/mnist';
import type { DigitSet, Digits } from '../protocol';

/** The digits in the form that the trainer and the evaluator take. */
export interface LoadedDigits {
  readonly train: LabelledImages;
  /** The test images [count, 784]. They are kept for the life of the worker. */
  readonly x: tf.Tensor2D;
  readonly evaluate: Evaluate<'loss' | 'error'>;
}

/** Makes tensors of the test digits on the current backend. */
export function loadDigits({ train, test }: Digits): LoadedDigits {
  const { images, labels, count } = labelled(test);
  const x = tf.tensor2d(images, [count, images.length / count]);
  const y = tf.tensor1d(labels, 'int32');
  return {
    train: labelled(train),
    x,
    evaluate: classificationEvaluator(mlpSplitForward, { x, y }),
  };
}

function labelled({ pixels, labels, count }: DigitSet): LabelledImages {
  return {
    images: Float32Array.from(pixels, (pixel) => pixel / 255),
    labels: Int32Array.from(labels),
    count,
  };
}
