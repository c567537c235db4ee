import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import type { Convolution, Layer, LayerNormNetwork } from './layerNormNetwork';
import { convolution, layerNorm, meanAndDense } from './layers';

/** The logits [n, classes] of images [n, size, size, 3] with these parameters. */
export type Forward = (params: Params, images: tf.Tensor) => tf.Tensor2D;

/** Takes the output y [n, h, w, c] of a normalisation, and returns what the network goes on with. */
export type AtNorm = (norm: string, y: tf.Tensor4D) => tf.Tensor4D;

/**
 * The forward pass of a network in operations of tfjs, on the backend of the caller. `atNorm` is called with the
 * output of each normalisation, in forward order, inside a `tf.tidy`.
 */
export function forwardOf({ layers }: LayerNormNetwork, atNorm: AtNorm = (_, y) => y): Forward {
  return (params, images) =>
    tf.tidy(() => {
      const step = { params, atNorm };
      const features = layers.reduce<tf.Tensor>(
        (x, layer) => tf.tidy(() => applied(step, layer, x)),
        images,
      );
      return meanAndDense(params, features);
    });
}

interface Step {
  readonly params: Params;
  readonly atNorm: AtNorm;
}

function applied(step: Step, layer: Layer, x: tf.Tensor): tf.Tensor {
  if (layer.kind === 'convolution') return normalised(step, layer, x);
  if (layer.kind === 'pooling') return tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid');
  const branch = layer.branch.reduce((h, each) => normalised(step, each, h), x);
  const shortcut = layer.shortcut === null ? x : normalised(step, layer.shortcut, x);
  return tf.relu(tf.add(branch, shortcut));
}

function normalised(
  { params, atNorm }: Step,
  { conv, norm, stride, relu }: Convolution,
  x: tf.Tensor,
): tf.Tensor {
  const y = atNorm(norm, layerNorm(params, norm, convolution(params, conv, x, stride)));
  return relu ? tf.relu(y) : y;
}
