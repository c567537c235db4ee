import * as tf from '@tensorflow/tfjs-core';
import { type LabelledImages, loadMnist } from '../../examples/support/mnist';
import { fashionFile } from './platform/files';

/** The first images of MNIST's training split, pixels in 0 … 1. */
export function mnistTrain(count: number): tf.Tensor2D {
  return pixels(loadMnist({ train: count, test: 1 }).train);
}

/** The first images of Fashion-MNIST's training split as the fixtures order it, at most 1000. */
export function fashionTrain(count: number): tf.Tensor2D {
  const bytes = fashionFile('fashion_train1000').subarray(0, 784 * count);
  return tf.tensor2d(
    Float32Array.from(bytes, (pixel) => pixel / 255),
    [count, 784],
  );
}

function pixels({ images, count }: LabelledImages): tf.Tensor2D {
  return tf.tensor2d(images, [count, 784]);
}
