import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec } from 'perm-lmc';
import { convolution, convolutionPatterns, layerNorm, meanAndDense } from './layerNormLayers';

const CONVOLUTIONS = 13;
/** The convolutions that 2 × 2 max pooling follows. */
const POOLED = [2, 4, 7, 10];

const layers = Array.from({ length: CONVOLUTIONS }, (_, i) => i + 1);

/**
 * VGG-16 with layer normalisation, of any width, in PyTorch's layout: thirteen 3 × 3 convolutions without bias
 * (`conv1`, `norm1`, …), each followed by layer normalisation and ReLU, pooling after each block but the last,
 * the mean over height and width, and one dense layer `fc`. The groups are the channels `c1` … `c13`.
 */
export const vgg16LayerNormSpec = permutationSpec({
  ...Object.assign(
    {},
    ...layers.map((l) =>
      convolutionPatterns(`conv${l}`, `norm${l}`, l === 1 ? '_' : `c${l - 1}`, `c${l}`),
    ),
  ),
  'fc.weight': `_ c${CONVOLUTIONS}`,
  'fc.bias': '_',
});

/** The logits [n, classes] of images [n, 32, 32, 3]. */
export function vgg16LayerNormForward(params: Params, images: tf.Tensor): tf.Tensor2D {
  return tf.tidy(() => {
    let h = images;
    for (const l of layers) {
      h = tf.relu(layerNorm(params, `norm${l}`, convolution(params, `conv${l}`, h)));
      if (POOLED.includes(l)) h = tf.maxPool(h as tf.Tensor4D, 2, 2, 'valid');
    }
    return meanAndDense(params, h);
  });
}
