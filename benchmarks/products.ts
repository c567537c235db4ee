/**
 * Times forward passes and gradients on the wasm backend that tfjs itself runs slowly: matrix products with a transposed
 * operand, as one writes them for weights in PyTorch's layout, and products of sequences with one matrix. Each is run by
 * tfjs alone and by the library, against the same network with 2-D products and weights in tfjs's layout; turn by turn in
 * one run. An MLP 784-512-512-512-10 on 1000 images, and a dense layer 256 → 256 on 64 sequences of 32 steps.
 *
 *     npm run bench products
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { classificationEvaluator, type Params, valueAndGradients } from 'perm-lmc';
import { onnxForward } from 'perm-lmc/onnx';
import { mlpModel } from '../test/support/onnx/mlpModel';
import { machine } from './support/machine';
import { markdownHead, markdownRow, quantile, spread } from './support/table';

const RUNS = 3;
const COUNT = 1000;
const widths = [784, 512, 512, 512, 10];
const layers = widths.slice(1).map((_, layer) => `fc${layer + 1}`);

await tf.setBackend('wasm');
const x = tf.randomNormal([COUNT, 784], 0, 1, 'float32', 1);
const y = tf.tensor1d(
  Array.from({ length: COUNT }, (_, i) => i % 10),
  'int32',
);
const plain: Params = {};
const torch: Params = {};
for (const [i, layer] of layers.entries()) {
  const weight = tf.randomNormal([widths[i], widths[i + 1]], 0, 0.05, 'float32', i);
  plain[`${layer}.weight`] = weight;
  torch[`${layer}.weight`] = tf.transpose(weight);
  plain[`${layer}.bias`] = torch[`${layer}.bias`] = tf.zeros([widths[i + 1]]);
}
const onnx = onnxForward<tf.Tensor>(await mlpModel(torch, layers));

console.log(machine(`tfjs ${tf.version_core}`));
console.log(`\n${markdownHead('work', 'ms', '2-D products, not transposed / this')}`);
await compare([
  ['evaluation, not transposed', () => classificationEvaluator(forward(false), { x, y })(plain)],
  ['evaluation, weights transposed', () => classificationEvaluator(forward(true), { x, y })(torch)],
  ['the forward pass in tfjs alone', () => valuesOf(() => forward(true)(torch, x))],
  ['ONNX, Gemm with transB', () => valuesOf(() => onnx(torch, x))],
]);
await compare([
  ['gradients, not transposed', () => gradients(forward(false), plain)],
  ['gradients, weights transposed', () => gradients(forward(true), torch)],
]);
const sequences = tf.randomNormal([64, 32, 256], 0, 1, 'float32', 2) as tf.Tensor3D;
const square: Params = { w: tf.randomNormal([256, 256], 0, 0.05, 'float32', 3) };
await compare([
  ['sequences as one matrix', () => evaluateSequences(joined)],
  ['sequences by one matrix', () => evaluateSequences(apart)],
  ['the same in tfjs alone', () => valuesOf(() => apart(square, sequences))],
]);

/** Prints a row for each way: its time, and that of the first relative to it. */
async function compare(ways: readonly [string, () => Promise<unknown>][]): Promise<void> {
  const times = ways.map((): number[] => []);
  for (let run = 0; run <= RUNS; run++) {
    for (const [i, [, work]] of ways.entries()) {
      const start = performance.now();
      await work();
      if (run > 0) times[i].push(performance.now() - start); // The first run compiles.
    }
  }
  for (const [i, [name]] of ways.entries()) {
    const ratios = times[i].map((time, run) => times[0][run] / time);
    console.log(
      markdownRow(name, quantile(times[i], 0.5).toFixed(0), i === 0 ? '–' : spread(ratios)),
    );
  }
}

function forward(transposed: boolean): (params: Params, input: tf.Tensor) => tf.Tensor {
  return (params, input) =>
    layers.reduce((h, layer, i) => {
      const weight = params[`${layer}.weight`] as tf.Tensor2D;
      const product = tf.matMul(h as tf.Tensor2D, weight, false, transposed);
      const sum = tf.add(product, params[`${layer}.bias`]);
      return i === layers.length - 1 ? sum : tf.relu(sum);
    }, input);
}

function joined({ w }: Params, input: tf.Tensor): tf.Tensor {
  const rows = tf.matMul(tf.reshape(input, [-1, 256]) as tf.Tensor2D, w as tf.Tensor2D);
  return logitsOf(tf.reshape(rows, input.shape));
}

function apart({ w }: Params, input: tf.Tensor): tf.Tensor {
  return logitsOf(tf.matMul(input as tf.Tensor3D, tf.expandDims(w, 0) as tf.Tensor3D));
}

function logitsOf(steps: tf.Tensor): tf.Tensor {
  return tf.mean(steps, 1);
}

function evaluateSequences(run: (params: Params, input: tf.Tensor) => tf.Tensor) {
  return classificationEvaluator(run, { x: sequences, y: tf.zeros([64], 'int32') })(square);
}

async function valuesOf(run: () => tf.Tensor): Promise<void> {
  const result = tf.tidy(run);
  await result.data();
  result.dispose();
}

async function gradients(run: (params: Params, input: tf.Tensor) => tf.Tensor, params: Params) {
  const labels = tf.oneHot(y, 10);
  const found = valueAndGradients(
    (own) => tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(run(own, x))), 1))) as tf.Scalar,
    params,
  );
  await found.value.data();
  tf.dispose([labels, found.value, found.gradients]);
}
