import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import type { Convolution, Layer, LayerNormNetwork } from './layerNormNetwork';
import { convolution, layerNorm, meanAndDense } from './layers';

/** The logits [n, classes] of images [n, size, size, 3] with these parameters. */
export type Forward = (params: Params, images: tf.Tensor) => tf.Tensor2D;

/** The forward pass of a network in operations of tfjs, on the backend of the caller. */
export function forwardOf({ layers }: LayerNormNetwork): Forward {
  return (params, images) =>
    tf.tidy(() =>
      meanAndDense(
        params,
        layers.reduce<tf.Tensor>((x, layer) => applied(params, layer, x), images),
      ),
    );
}

function applied(params: Params, layer: Layer, x: tf.Tensor): tf.Tensor {
  if (layer.kind === 'convolution') return normalised(params, layer, x);
  if (layer.kind === 'pooling') return tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid');
  const branch = layer.branch.reduce((h, each) => normalised(params, each, h), x);
  const shortcut = layer.shortcut === null ? x : normalised(params, layer.shortcut, x);
  return tf.relu(tf.add(branch, shortcut));
}

function normalised(
  params: Params,
  { conv, norm, stride, relu }: Convolution,
  x: tf.Tensor,
): tf.Tensor {
  const y = layerNorm(params, norm, convolution(params, conv, x, stride));
  return relu ? tf.relu(y) : y;
}
