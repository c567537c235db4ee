/**
 * Two LayersModels, trained on MNIST from different seeds, become one in six lines. Nobody writes a
 * spec: it is derived from the model itself, here one with a residual block, layer normalisation and a
 * concatenation, whose spec by hand would take a page.
 *
 *     npm run example any-model
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  explainSpec,
  interpolate,
  layersModelNetwork,
  layersModelParams,
  permute,
  setLayersModelParams,
  weightMatch,
} from 'perm-lmc';
import { loadMnist } from './support/mnist';

await tf.setBackend('wasm');
const { train, test } = loadMnist({ train: 6000, test: 2000 });
const x = tf.tensor2d(train.images, [train.count, 784]);
const labels = tf.oneHot(tf.tensor1d(train.labels, 'int32'), 10);
const testX = tf.tensor2d(test.images, [test.count, 784]);
const testY = tf.tensor1d(test.labels, 'int32');

const modelA = buildModel(1);
const modelB = buildModel(2);
for (const model of [modelA, modelB]) await trainModel(model);

// The six lines.
const { params: a, spec } = await layersModelNetwork(modelA);
const b = layersModelParams(modelB);
const { permutations } = await weightMatch(spec, a, b, { restarts: 3 });
const aligned = permute(spec, b, permutations);
const merged = buildModel(3);
setLayersModelParams(merged, interpolate(a, aligned, 0.5));

const unaligned = buildModel(4);
setLayersModelParams(unaligned, interpolate(a, b, 0.5));
console.log(explainSpec(spec));
console.log('\nerror on 2000 test images');
for (const [name, model] of Object.entries({ A: modelA, B: modelB, merged, unaligned })) {
  console.log(`  ${name.padEnd(10)} ${(100 * (await testError(model))).toFixed(1)} %`);
}

function buildModel(seed: number): tfl.LayersModel {
  let draws = 0;
  const dense = (units: number, activation?: 'relu') =>
    tfl.layers.dense({
      units,
      activation,
      kernelInitializer: tfl.initializers.heNormal({ seed: 100 * seed + ++draws }),
    });
  const input = tfl.input({ shape: [784] });
  const stem = dense(128, 'relu').apply(input) as tfl.SymbolicTensor;
  const normed = tfl.layers.layerNormalization().apply(stem) as tfl.SymbolicTensor;
  const hidden = dense(96, 'relu').apply(normed) as tfl.SymbolicTensor;
  const sum = tfl.layers.add().apply([stem, dense(128).apply(hidden) as tfl.SymbolicTensor]);
  const side = dense(32, 'relu').apply(input);
  const both = tfl.layers.concatenate().apply([sum, side] as tfl.SymbolicTensor[]);
  const output = dense(10).apply(both) as tfl.SymbolicTensor;
  return tfl.model({ inputs: input, outputs: output });
}

async function trainModel(model: tfl.LayersModel): Promise<void> {
  model.compile({
    optimizer: tf.train.adam(1e-3),
    loss: (labels, logits) =>
      tf.losses.softmaxCrossEntropy(labels as tf.Tensor, logits as tf.Tensor),
  });
  await model.fit(x, labels, { epochs: 8, batchSize: 100, verbose: 0 });
}

async function testError(model: tfl.LayersModel): Promise<number> {
  const error = tf.tidy(() => {
    const classes = tf.argMax(model.predict(testX) as tf.Tensor, 1);
    return tf.mean(tf.cast(tf.notEqual(classes, testY), 'float32'));
  });
  const [value] = await error.data();
  error.dispose();
  return value;
}
