import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { modelBytes, type NodeGiven, type TensorGiven } from '../../test/support/onnx/modelBytes';

/** The forward pass of a chain of dense layers, with a ReLU after each. */
export function chainForward(params: Params, x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    let y = x as tf.Tensor2D;
    for (let layer = 0; params[`layers.${layer}.weight`]; layer++) {
      y = tf.relu(dense(params, layer, y));
    }
    return y;
  });
}

/** The same layers, but each one inside adds to its input: one group is on all of them. */
export function residualForward(params: Params, x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    let y = dense(params, 0, x as tf.Tensor2D);
    for (let layer = 1; params[`layers.${layer}.weight`]; layer++) {
      const next = tf.relu(dense(params, layer, y));
      y = next.shape[1] === y.shape[1] ? tf.add(y, next) : next;
    }
    return y;
  });
}

/** The forward pass of residual blocks of 1×1 convolutions, on samples of one pixel. */
export function blocksForward(params: Params, x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    let y = normalised(params, 'bn1', pixels(params['conv1.weight'], x));
    for (let block = 0; params[`layer1.${block}.conv1.weight`]; block++) {
      const name = `layer1.${block}`;
      const inner = normalised(params, `${name}.bn1`, pixels(params[`${name}.conv1.weight`], y));
      const outer = pixels(params[`${name}.conv2.weight`], tf.relu(inner));
      y = tf.relu(tf.add(y, normalised(params, `${name}.bn2`, outer)));
    }
    return tf.add(pixels(params['fc.weight'], y), params['fc.bias']);
  });
}

/** A 1×1 convolution of one pixel. */
function pixels(kernel: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.matMul(x as tf.Tensor2D, tf.reshape(kernel, [kernel.shape[0], -1]), false, true);
}

function normalised(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  const [scale, offset, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
    (part) => params[`${name}.${part}`] as tf.Tensor1D,
  );
  return tf.batchNorm(x, mean, variance, offset, scale);
}

/** A chain of dense layers as an ONNX model: a Gemm and a Relu for each. */
export async function chainModel(params: Params): Promise<Uint8Array> {
  const initializers: Record<string, TensorGiven> = {};
  for (const [name, tensor] of Object.entries(params)) {
    initializers[name] = { shape: tensor.shape, data: await tensor.data() };
  }
  const nodes: NodeGiven[] = Array.from({ length: Object.keys(params).length / 2 }).flatMap(
    (_, layer) =>
      [
        [
          'Gemm',
          [layer === 0 ? 'x' : `relu${layer - 1}`, ...namesOf(layer)],
          [`sum${layer}`],
          { transB: 1 },
        ],
        ['Relu', [`sum${layer}`], [`relu${layer}`]],
      ] satisfies NodeGiven[],
  );
  const inputs = params[namesOf(0)[0]].shape[1]!;
  return modelBytes({
    nodes,
    inputs: { x: { shape: ['batch', inputs] } },
    initializers,
    outputs: [nodes.at(-1)![2][0]],
  });
}

function dense(params: Params, layer: number, x: tf.Tensor2D): tf.Tensor2D {
  const [weight, bias] = namesOf(layer).map((name) => params[name]);
  return tf.add(tf.matMul(x, weight as tf.Tensor2D, false, true), bias);
}

function namesOf(layer: number): [string, string] {
  return [`layers.${layer}.weight`, `layers.${layer}.bias`];
}
