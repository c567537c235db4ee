import * as tf from '@tensorflow/tfjs-core';
import { type Params, type ValueAndGradients, valueAndGradients } from 'perm-lmc';
import { forwardOf } from '../layerNorm/forwardOf';
import type { LayerNormNetwork } from '../layerNorm/layerNormNetwork';

/**
 * The mean softmax cross-entropy of images [n, size, size, 3] with their labels [n], and its gradients, on each backend
 * of tfjs.
 */
export function lossAndGradients(
  network: LayerNormNetwork,
  params: Params,
  images: tf.Tensor4D,
  labels: tf.Tensor1D,
): ValueAndGradients {
  const forward = forwardOf(network);
  const loss = (own: Params) => {
    const oneHot = tf.oneHot(labels, network.classes);
    return tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(forward(own, images))), 1)));
  };
  return valueAndGradients((own) => tf.tidy(() => loss(own)), params);
}
