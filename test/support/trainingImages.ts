import * as tf from '@tensorflow/tfjs-core';
import { type LabelledImages, loadFashion, loadMnist } from '../../examples/support/mnist';

/** The first images of MNIST's training split, pixels in 0 … 1. */
export function mnistTrain(count: number): tf.Tensor2D {
  return pixels(loadMnist({ train: count, test: 1 }).train);
}

/** The first images of Fashion-MNIST's training split as the fixtures order it, which is loadFashion's order. */
export function fashionTrain(count: number): tf.Tensor2D {
  return pixels(loadFashion({ train: count, test: 1 }).train);
}

function pixels({ images, count }: LabelledImages): tf.Tensor2D {
  return tf.tensor2d(images, [count, 784]);
}
