import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import type { Convolution, Layer, LayerNormNetwork } from '../../layerNorm/layerNormNetwork';
import { convolution } from '../../layerNorm/layers';
import { inputGradient, kernelGradient } from './convolutionGradients';
import { normalise, normaliseGradients } from './layerNormTraining';
import { poolingGradient } from './poolingGradient';
import { rowsOf, sumOfRows } from './rowsOf';

/**
 * The mean softmax cross-entropy of images [n, size, size, 3] with labels as one-hot rows [n, classes], and its
 * gradients by hand-written backpropagation, for each backend of tfjs. Without a tidy: the caller has one.
 */
export function lossAndGradients(
  { layers, classes }: LayerNormNetwork,
  params: Params,
  images: tf.Tensor4D,
  labels: tf.Tensor1D,
): { loss: tf.Scalar; gradients: Params } {
  const gradients: Record<string, tf.Tensor> = {};
  const passes: Pass[] = [];
  let x = images;
  for (const layer of layers) {
    passes.push(forward(params, layer, x));
    x = passes.at(-1)!.y;
  }
  const oneHot = tf.oneHot(labels, classes) as tf.Tensor2D;
  const head = meanAndDense(params, x, oneHot, gradients);
  let delta = head.delta;
  for (let i = layers.length - 1; i >= 0; i--) delta = passes[i].backward(delta, gradients, i > 0)!;
  return { loss: head.loss, gradients };
}

/** The output of a layer, and the way back: it adds the layer's gradients and gives that of its input if wanted. */
interface Pass {
  readonly y: tf.Tensor4D;
  readonly backward: (
    delta: tf.Tensor4D,
    gradients: Record<string, tf.Tensor>,
    wanted: boolean,
  ) => tf.Tensor4D | null;
}

function forward(params: Params, layer: Layer, x: tf.Tensor4D): Pass {
  if (layer.kind === 'convolution') return normalised(params, layer, x);
  if (layer.kind === 'residual') return residual(params, layer, x);
  const y = tf.maxPool(x, 2, 2, 'valid');
  return { y, backward: (delta) => poolingGradient(x, y, delta) };
}

/** Convolution, layer normalisation and ReLU. */
function normalised(params: Params, layer: Convolution, x: tf.Tensor4D): Pass {
  const { conv, norm, stride, relu } = layer;
  const values = normalise(params, norm, convolution(params, conv, x, stride));
  const y = relu ? tf.relu(values.y) : values.y;
  return {
    y,
    backward(delta, gradients, wanted) {
      const open = relu ? tf.mul<tf.Tensor4D>(delta, tf.step(y)) : delta;
      const own = normaliseGradients(values, params[`${norm}.weight`], open);
      gradients[`${norm}.weight`] = own.weight;
      gradients[`${norm}.bias`] = own.bias;
      gradients[`${conv}.weight`] = kernelGradient(x, own.x, layer);
      return wanted ? inputGradient(params[`${conv}.weight`], own.x, stride) : null;
    },
  };
}

/** relu(branch(x) + shortcut(x)). */
function residual(
  params: Params,
  { branch, shortcut }: Extract<Layer, { kind: 'residual' }>,
  x: tf.Tensor4D,
): Pass {
  const passes: Pass[] = [];
  for (const unit of branch) passes.push(normalised(params, unit, passes.at(-1)?.y ?? x));
  const beside = shortcut === null ? null : normalised(params, shortcut, x);
  const y = tf.relu(tf.add<tf.Tensor4D>(passes.at(-1)!.y, beside?.y ?? x));
  return {
    y,
    backward(delta, gradients, wanted) {
      const open = tf.mul<tf.Tensor4D>(delta, tf.step(y));
      const straight = beside === null ? open : beside.backward(open, gradients, wanted);
      const through = passes.reduceRight<tf.Tensor4D | null>(
        (d, pass, i) => pass.backward(d!, gradients, wanted || i > 0),
        open,
      );
      return wanted ? tf.add<tf.Tensor4D>(straight!, through!) : null;
    },
  };
}

/**
 * The mean f over the r positions of maps h, the dense layer and the loss:
 *
 *     δ = (softmax(f Wᵀ + b) − y)/n      ∂loss/∂W = δᵀ f      ∂loss/∂h = δ W/r at every position
 */
function meanAndDense(
  params: Params,
  maps: tf.Tensor4D,
  oneHot: tf.Tensor2D,
  gradients: Record<string, tf.Tensor>,
): { loss: tf.Scalar; delta: tf.Tensor4D } {
  const [n, height, width, channels] = maps.shape;
  const weight = params['fc.weight'] as tf.Tensor2D;
  const features = tf.mean(maps, [1, 2]) as tf.Tensor2D;
  const logits = tf.add(tf.matMul(features, tf.transpose(weight)), params['fc.bias']);
  const loss = tf.neg(tf.div(tf.sum(tf.mul(oneHot, tf.logSoftmax(logits))), n)) as tf.Scalar;
  const delta = tf.div(tf.sub(tf.softmax(logits), oneHot), n) as tf.Tensor2D;
  gradients['fc.weight'] = tf.matMul(tf.transpose(delta), features);
  gradients['fc.bias'] = sumOfRows(delta);
  const atEach = tf.div(tf.matMul(delta, weight), height * width);
  const spread = tf.tile(tf.reshape(atEach, [n, 1, channels]), [1, height * width, 1]);
  return { loss, delta: tf.reshape(rowsOf(spread), maps.shape) };
}
