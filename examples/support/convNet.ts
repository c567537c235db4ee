import * as tf from '@tensorflow/tfjs-core';
import type { Params, SplitForward } from 'perm-lmc';
import {
  EPSILON,
  movingAverages,
  type Normalised,
  normalise,
  normaliseGradients,
} from './batchNormTraining';
import type { LossAndGradients, Network } from './network';
import { inputGradient, kernelGradient, stridedConvolution } from './stridedConvolution';

/**
 * A convolutional classifier of square grey images [n, size²] into 10 classes:
 *
 *     h_0 = x      h_l = relu(batchNorm_l(h_{l−1} ∗ kernel_l))      logits = mean_{p,q}(h_last) W + b
 *
 * Layer l has widths[l − 1] channels and 3×3 kernels of stride 2. Its parameters are `conv{l}/kernel`
 * [3, 3, in, out] and `bn{l}/gamma`, `beta`, `moving_mean` and `moving_variance`; the last layer's are
 * `dense/kernel` and `dense/bias`.
 */
export function convNetwork(widths: readonly number[]): Network {
  return {
    classes: 10,
    init: (seed) => initConvNet(widths, seed),
    forward: convForward,
    lossAndGradients,
  };
}

/** He's initialisation: kernels normal with variance 2 / inputs of a unit, γ = 1 and β = 0. */
function initConvNet(widths: readonly number[], seed: number): Params {
  const normal = (shape: number[], inputs: number, layer: number) =>
    tf.randomNormal(shape, 0, Math.sqrt(2 / inputs), 'float32', 1000 * (seed + 1) + layer);
  const params: Params = {};
  widths.forEach((width, i) => {
    const inputs = i === 0 ? 1 : widths[i - 1];
    const layer = i + 1;
    params[`conv${layer}/kernel`] = normal([3, 3, inputs, width], 9 * inputs, layer);
    params[`bn${layer}/gamma`] = tf.ones([width]);
    params[`bn${layer}/beta`] = tf.zeros([width]);
    params[`bn${layer}/moving_mean`] = tf.zeros([width]);
    params[`bn${layer}/moving_variance`] = tf.ones([width]);
  });
  const features = widths.at(-1)!;
  params['dense/kernel'] = normal([features, 10], features, widths.length + 1);
  params['dense/bias'] = tf.zeros([10]);
  return params;
}

/** The logits, with the moving means and variances. */
export function convForward(params: Params, x: tf.Tensor): tf.Tensor2D {
  return tf.tidy(() => fromConvolution(params, convolution(params, 1, images(x))));
}

/** {@link convForward} as a `SplitForward`: the first convolution, and the rest. */
export const convSplitForward: SplitForward = {
  linear: (params, x) => tf.tidy(() => convolution(params, 1, images(x))),
  rest: (params, h) => tf.tidy(() => fromConvolution(params, h as tf.Tensor4D)),
};

/** The logits, given the input of the first normalisation. */
function fromConvolution(params: Params, first: tf.Tensor4D): tf.Tensor2D {
  const depth = depthOf(params);
  let h = tf.relu(batchNorm(params, 1, first));
  for (let layer = 2; layer <= depth; layer++) {
    h = tf.relu(batchNorm(params, layer, convolution(params, layer, h)));
  }
  return dense(params, tf.mean(h, [1, 2]));
}

/**
 * The mean softmax cross-entropy of a batch and its gradient, by hand-written backpropagation, with
 * the batch's own means and variances, and the moving ones after it as `statistics`. With the map of
 * r positions h_l, normalised z_l and δ_l = ∂loss/∂z_l,
 *
 *     δ = (softmax(logits) − y)/n      ∂loss/∂h_last = δ Wᵀ/r at every position
 *     δ_l = ∂loss/∂h_l ⊙ [h_l > 0]     and on through the normalisation and the convolution
 */
function lossAndGradients(params: Params, x: tf.Tensor2D, oneHot: tf.Tensor2D): LossAndGradients {
  return tf.tidy(() => {
    const layers = trainingLayers(params, images(x));
    const last = layers.at(-1)!.output;
    const [n, rows, columns, channels] = last.shape;
    const features = tf.mean(last, [1, 2]) as tf.Tensor2D;
    const logits = dense(params, features);
    const loss = tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(logits)), 1))) as tf.Scalar;

    const delta = tf.div(tf.sub(tf.softmax(logits), oneHot), n) as tf.Tensor2D;
    const gradients: Params = {
      'dense/kernel': tf.matMul(tf.transpose(features), delta),
      'dense/bias': tf.sum(delta, 0),
    };
    const kernel = tf.transpose(params['dense/kernel']) as tf.Tensor2D;
    const atEach = tf.div(tf.matMul(delta, kernel), rows * columns);
    let upstream = tf.mul(tf.reshape(atEach, [n, 1, 1, channels]), tf.onesLike(last));
    for (let layer = layers.length; layer > 0; layer--) {
      upstream = backward(params, layers[layer - 1], upstream as tf.Tensor4D, gradients);
    }
    return { loss, gradients, statistics: Object.assign({}, ...layers.map((l) => l.statistics)) };
  });
}

/** The values of a layer on a batch. */
interface TrainingLayer {
  readonly layer: number;
  readonly input: tf.Tensor4D;
  readonly normalised: Normalised;
  readonly output: tf.Tensor4D;
  readonly statistics: Params;
}

function trainingLayers(params: Params, x: tf.Tensor4D): TrainingLayer[] {
  const layers: TrainingLayer[] = [];
  let input = x;
  for (let layer = 1; layer <= depthOf(params); layer++) {
    const maps = convolution(params, layer, input);
    const norm = (name: string) => params[`bn${layer}/${name}`];
    const normalised = normalise(rowsOf(maps), norm('gamma'), norm('beta'));
    const output = tf.reshape<tf.Rank.R4>(tf.relu(normalised.y), maps.shape);
    const { mean, variance } = movingAverages(normalised, {
      mean: norm('moving_mean'),
      variance: norm('moving_variance'),
    });
    const statistics = {
      [`bn${layer}/moving_mean`]: mean,
      [`bn${layer}/moving_variance`]: variance,
    };
    layers.push({ layer, input, normalised, output, statistics });
    input = output;
  }
  return layers;
}

/**
 * Adds a layer's gradients, given ∂loss/∂h_l, and returns ∂loss/∂h_{l−1}, which is not used for the
 * first layer.
 */
function backward(
  params: Params,
  { layer, input, normalised, output }: TrainingLayer,
  upstream: tf.Tensor4D,
  gradients: Params,
): tf.Tensor4D {
  const delta = rowsOf(tf.mul(upstream, tf.step(output)) as tf.Tensor4D);
  const norm = normaliseGradients(normalised, params[`bn${layer}/gamma`], delta);
  const maps = tf.reshape<tf.Rank.R4>(norm.x, output.shape);
  gradients[`bn${layer}/gamma`] = norm.gamma;
  gradients[`bn${layer}/beta`] = norm.beta;
  gradients[`conv${layer}/kernel`] = kernelGradient(input, maps);
  if (layer === 1) return upstream;
  return inputGradient(maps, params[`conv${layer}/kernel`] as tf.Tensor4D, input.shape);
}

function convolution(params: Params, layer: number, x: tf.Tensor4D): tf.Tensor4D {
  return stridedConvolution(x, params[`conv${layer}/kernel`] as tf.Tensor4D);
}

function batchNorm(params: Params, layer: number, x: tf.Tensor4D): tf.Tensor4D {
  const [mean, variance, beta, gamma] = ['moving_mean', 'moving_variance', 'beta', 'gamma'].map(
    (name) => params[`bn${layer}/${name}`] as tf.Tensor1D,
  );
  return tf.batchNorm(x, mean, variance, beta, gamma, EPSILON);
}

function dense(params: Params, features: tf.Tensor): tf.Tensor2D {
  const product = tf.matMul(features as tf.Tensor2D, params['dense/kernel'] as tf.Tensor2D);
  return tf.add(product, params['dense/bias']);
}

function images(x: tf.Tensor): tf.Tensor4D {
  const size = Math.sqrt(x.shape[1]!);
  return tf.reshape(x, [x.shape[0], size, size, 1]);
}

/** Every position of every sample as a row of channels. */
function rowsOf(maps: tf.Tensor4D): tf.Tensor2D {
  return tf.reshape(maps, [-1, maps.shape[3]]);
}

function depthOf(params: Params): number {
  return Object.keys(params).filter((name) => /^conv\d+\/kernel$/.test(name)).length;
}
