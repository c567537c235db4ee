import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { modelBytes } from '../../../test/support/onnx/modelBytes';
import { type ExportedNetwork, type GraphWriter, graphWriter } from './exportedNetwork';

const widths = [64, 128, 256, 512];

/**
 * ResNet-18 on images [3, size, size], with 1000 classes.
 *
 * @param isFolded - True for a file in which the exporter has folded batch norm into the convolutions, as PyTorch's
 * does by default.
 */
export function resnet18(size: number, isFolded: boolean): ExportedNetwork {
  return {
    name: isFolded ? 'ResNet-18, batch norm folded' : 'ResNet-18',
    inputShape: [3, size, size],
    bytes: (seed) => resnetBytes(size, isFolded, seed),
    byHand: (params, x) => resnetByHand(params, x as tf.Tensor4D, isFolded),
  };
}

function resnetBytes(size: number, isFolded: boolean, seed: number): Uint8Array {
  const graph = graphWriter(seed);
  const conv = convolutionWriter(graph, isFolded);
  const relu = (x: string) => graph.node('Relu', [x]);
  let y = relu(conv('x', ['conv1', 'bn1'], [64, 3, 7, 7], 2));
  y = graph.node('MaxPool', [y], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  for (const { name, ins, outs, stride } of blocks()) {
    const first = relu(conv(y, [`${name}.conv1`, `${name}.bn1`], [outs, ins, 3, 3], stride));
    const second = conv(first, [`${name}.conv2`, `${name}.bn2`], [outs, outs, 3, 3], 1);
    const names = [`${name}.downsample.0`, `${name}.downsample.1`] as const;
    const short = stride === 1 ? y : conv(y, names, [outs, ins, 1, 1], stride);
    y = relu(graph.node('Add', [second, short]));
  }
  y = graph.node('Flatten', [graph.node('GlobalAveragePool', [y])], { axis: 1 });
  graph.weights('fc.weight', [1000, 512], 512);
  graph.weights('fc.bias', [1000], 512);
  y = graph.node('Gemm', [y, 'fc.weight', 'fc.bias'], { transB: 1 });
  return modelBytes({ ...graph, inputs: { x: { shape: ['batch', 3, size, size] } }, outputs: [y] });
}

/** Adds convolutions [out, in, height, width] with their batch norm. */
function convolutionWriter(graph: GraphWriter, isFolded: boolean) {
  return (
    x: string,
    [name, norm]: readonly [string, string],
    [outs, ins, height, width]: readonly [number, number, number, number],
    stride: number,
  ): string => {
    const fanIn = ins * height * width;
    const weights = [graph.weights(`${name}.weight`, [outs, ins, height, width], fanIn)];
    if (isFolded) weights.push(graph.weights(`${name}.bias`, [outs], fanIn));
    const pad = Math.floor(height / 2);
    const y = graph.node('Conv', [x, ...weights], {
      kernel_shape: [height, width],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      dilations: [1, 1],
      group: 1,
    });
    if (isFolded) return y;
    const statistics = [
      graph.weights(`${norm}.weight`, [outs], 100, 1),
      graph.weights(`${norm}.bias`, [outs], 100),
      graph.weights(`${norm}.running_mean`, [outs], 100),
      graph.weights(`${norm}.running_var`, [outs], 100, 1),
    ];
    return graph.node('BatchNormalization', [y, ...statistics], { epsilon: { float: 1e-5 } });
  };
}

function resnetByHand(params: Params, image: tf.Tensor4D, isFolded: boolean): tf.Tensor {
  const conv = (x: tf.Tensor4D, name: string, norm: string, stride: number): tf.Tensor4D => {
    const filter = tf.transpose(params[`${name}.weight`] as tf.Tensor4D, [2, 3, 1, 0]);
    const pad = Math.floor(filter.shape[0] / 2);
    if (isFolded) {
      const bias = params[`${name}.bias`];
      return tf.fused.conv2d({ x, filter, strides: stride, pad, bias });
    }
    const [gamma, beta, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
      (leaf) => params[`${norm}.${leaf}`] as tf.Tensor1D,
    );
    // Four times as fast on wasm as tf.batchNorm.
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, 1e-5)));
    const offset = tf.sub(beta, tf.mul(mean, scale));
    return tf.add<tf.Tensor4D>(tf.mul(tf.conv2d(x, filter, stride, pad), scale), offset);
  };
  let y = tf.relu(conv(tf.transpose(image, [0, 2, 3, 1]), 'conv1', 'bn1', 2));
  y = tf.maxPool(y, 3, 2, 1);
  for (const { name, stride } of blocks()) {
    const first = tf.relu(conv(y, `${name}.conv1`, `${name}.bn1`, stride));
    const second = conv(first, `${name}.conv2`, `${name}.bn2`, 1);
    const short =
      stride === 1 ? y : conv(y, `${name}.downsample.0`, `${name}.downsample.1`, stride);
    y = tf.relu(tf.add<tf.Tensor4D>(second, short));
  }
  const pooled = tf.reshape(tf.avgPool(y, [y.shape[1], y.shape[2]], 1, 'valid'), [-1, 512]);
  const weight = tf.transpose(params['fc.weight'] as tf.Tensor2D);
  return tf.add(tf.matMul(pooled as tf.Tensor2D, weight), params['fc.bias']);
}

/** The residual blocks in order. */
function blocks() {
  return widths.flatMap((outs, stage) =>
    [0, 1].map((block) => ({
      name: `layer${stage + 1}.${block}`,
      ins: block === 0 && stage > 0 ? widths[stage - 1] : outs,
      outs,
      stride: block === 0 && stage > 0 ? 2 : 1,
    })),
  );
}
