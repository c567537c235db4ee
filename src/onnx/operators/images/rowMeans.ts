import { avgPool, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';

/**
 * The mean of the rows of each image [batch, rows, 1, channels], as [batch, 1, 1, channels]. A pooling is ten times as
 * fast as `tf.mean` on wasm, which moves the rows behind the channels first.
 */
export function rowMeans(images: Tensor): Tensor4D {
  return avgPool(images as Tensor4D, [images.shape[1]!, 1], 1, 'valid');
}
