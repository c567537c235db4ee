import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { modelBytes } from '../../../test/support/onnx/modelBytes';
import { type ExportedNetwork, graphWriter } from './exportedNetwork';

const [TIMES, FEATURES, UNITS, CLASSES] = [64, 64, 256, 10];
const layers = [FEATURES, UNITS];

/** Two LSTM layers of 256 units on 64 steps of 64 features, and a classifier on the last step. */
export const sequenceClassifier: ExportedNetwork = {
  name: 'LSTM 2×256',
  inputShape: [TIMES, FEATURES],
  bytes: lstmBytes,
  byHand: lstmByHand,
};

function lstmBytes(seed: number): Uint8Array {
  const graph = graphWriter(seed);
  const { node, integers } = graph;
  const batch = node('Slice', [node('Shape', ['x']), integers(0), integers(1)]);
  const shape = node('Concat', [integers(1), batch, integers(UNITS)], { axis: 0 });
  const zeros = node('ConstantOfShape', [shape], { value: { tensor: { shape: [1], data: [0] } } });
  let y = node('Transpose', ['x'], { perm: [1, 0, 2] });
  for (const [k, features] of layers.entries()) {
    const weights = [
      graph.weights(`lstm.W.${k}`, [1, 4 * UNITS, features], features),
      graph.weights(`lstm.R.${k}`, [1, 4 * UNITS, UNITS], UNITS),
      graph.weights(`lstm.B.${k}`, [1, 8 * UNITS], UNITS),
    ];
    const all = node('LSTM', [y, ...weights, '', zeros, zeros], { hidden_size: UNITS });
    y = node('Squeeze', [all, integers(1)]);
  }
  y = node('Transpose', [y], { perm: [1, 0, 2] });
  const index = node('Constant', [], {
    value: { tensor: { type: 'int64', shape: [], data: [-1] } },
  });
  y = node('Gather', [y, index], { axis: 1 });
  graph.weights('fc.weight', [CLASSES, UNITS], UNITS);
  graph.weights('fc.bias', [CLASSES], UNITS);
  y = node('Gemm', [y, 'fc.weight', 'fc.bias'], { transB: 1 });
  return modelBytes({
    ...graph,
    inputs: { x: { shape: ['batch', TIMES, FEATURES] } },
    outputs: [y],
  });
}

function lstmByHand(params: Params, x: tf.Tensor): tf.Tensor {
  let steps = tf.unstack(x, 1);
  for (const k of layers.keys()) steps = layerByHand(params, k, steps);
  const weight = tf.transpose(params['fc.weight'] as tf.Tensor2D);
  return tf.add(tf.matMul(steps.at(-1) as tf.Tensor2D, weight), params['fc.bias']);
}

/** The states of a layer at all times. The gates are in the order input, output, forget, cell. */
function layerByHand(params: Params, k: number, steps: readonly tf.Tensor[]): tf.Tensor[] {
  const [inputs, hidden] = ['W', 'R'].map((leaf) => {
    const stored = params[`lstm.${leaf}.${k}`];
    return tf.transpose(tf.squeeze(stored, [0])) as tf.Tensor2D;
  });
  const both = tf.reshape(params[`lstm.B.${k}`], [2, 4 * UNITS]);
  const bias = tf.sum(both, 0);
  const whole = tf.concat([...steps], 0) as tf.Tensor2D;
  const projected = tf.split(tf.add(tf.matMul(whole, inputs), bias), steps.length);
  const [batch] = steps[0].shape;
  let [h, c]: tf.Tensor[] = [tf.zeros([batch, UNITS]), tf.zeros([batch, UNITS])];
  return projected.map((each) => {
    const sums = tf.add(each, tf.matMul(h as tf.Tensor2D, hidden));
    const [i, o, f, g] = tf.split(sums, 4, 1);
    c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    h = tf.mul(tf.sigmoid(o), tf.tanh(c));
    return h;
  });
}
