import * as tf from '@tensorflow/tfjs-core';
import {
  type ActivationMatchOptions,
  classificationEvaluator,
  type Evaluate,
  mlpSpec,
  type Params,
  type PermutationSpec,
} from 'perm-lmc';
import { cifarImages } from '../../support/cifarImages';
import { vgg16 } from '../../support/layerNorm/architectures';
import { forwardOf } from '../../support/layerNorm/forwardOf';
import { specOf } from '../../support/layerNorm/specOf';
import { mlpForward, mlpSplitForward } from '../../support/mlp';
import type { LabelledImages } from '../../support/mnist';
import type { DigitSet, Images, PhotographSet } from '../protocol';

/** Test images and the networks that read them. The tensors are kept for the life of the worker. */
interface LoadedSubject {
  /** The test images, [count, …]. */
  readonly x: tf.Tensor;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor;
  readonly evaluate: Evaluate<'loss' | 'error'>;
  readonly spec: PermutationSpec;
}

/** Photographs, and the settings by which networks that read them are matched. */
export interface LoadedPhotographs extends LoadedSubject {
  readonly match: ActivationMatchOptions;
}

/** The images of the worker, in the form that the trainer and the evaluators take. */
export interface LoadedImages {
  /** The digits to train on. */
  readonly train: LabelledImages;
  readonly subjects: {
    readonly digits: LoadedSubject;
    readonly photographs: LoadedPhotographs | null;
  };
}

/** Makes tensors of the test images on the current backend. */
export function loadImages({ digits, photographs }: Images): LoadedImages {
  return {
    train: labelled(digits.train),
    subjects: {
      digits: loadDigits(digits.test),
      photographs: photographs && loadPhotographs(photographs),
    },
  };
}

/** The photographs on which activations are compared, from the first, and those of a batch. */
const [COMPARED, BATCH] = [100, 50];

/** Makes tensors of photographs, and the functions for VGG-16, which are the same at every width. */
export function loadPhotographs({ pixels, labels, count }: PhotographSet): LoadedPhotographs {
  const network = vgg16(16);
  const x = cifarImages(pixels);
  const forward = forwardOf(network);
  const y = tf.tensor1d(Int32Array.from(labels), 'int32');
  return {
    ...{ x, forward, spec: specOf(network) },
    evaluate: classificationEvaluator(forward, { x, y }, { batchSize: 100 }),
    match: {
      ...{ forward, inputs: tf.slice(x, [0], [Math.min(COMPARED, count)]) },
      ...{ batchSize: BATCH, kernel: 'correlation' },
    },
  };
}

function loadDigits(test: DigitSet): LoadedSubject {
  const { images, labels, count } = labelled(test);
  const x = tf.tensor2d(images, [count, images.length / count]);
  const y = tf.tensor1d(labels, 'int32');
  return {
    ...{ x, forward: mlpForward, spec: mlpSpec(3) },
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
