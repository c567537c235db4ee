/**
 * Merges two LayersModels, trained on MNIST from different seeds, in six lines. The spec is derived from
 * the model, here one with batch normalisation, a shortcut and a concatenation. Averaging spoils the
 * statistics of batch normalisation, so they are recomputed.
 *
 *     npm run example any-model
 *
 * With --quick it trains on a part of the data, for a test of this example.
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
  resetBatchNorm,
  setLayersModelParams,
  weightMatch,
} from 'perm-lmc';
import { loadMnist } from './support/mnist';

const quick = process.argv.includes('--quick');
const width = quick ? 48 : 192;

await tf.setBackend('wasm');
const { train, test } = loadMnist(quick ? { train: 600, test: 500 } : { train: 6000, test: 2000 });
const x = tf.tensor2d(train.images, [train.count, 784]);
const labels = tf.oneHot(tf.tensor1d(train.labels, 'int32'), 10);
const testX = tf.tensor2d(test.images, [test.count, 784]);
const testY = tf.tensor1d(test.labels, 'int32');

const modelA = buildModel(1);
const modelB = buildModel(2);
for (const model of [modelA, modelB]) await trainModel(model);

// The six lines.
const { params: a, spec, forward } = await layersModelNetwork(modelA);
const b = layersModelParams(modelB);
const { permutations } = await weightMatch(spec, a, b, { restarts: 3 });
const average = interpolate(a, permute(spec, b, permutations), 0.5);
const merged = buildModel(3);
setLayersModelParams(merged, await resetBatchNorm(average, { forward, inputs: x }));

const unaligned = buildModel(4);
const mixture = interpolate(a, b, 0.5);
setLayersModelParams(unaligned, await resetBatchNorm(mixture, { forward, inputs: x }));
console.log(explainSpec(spec));
console.log(`\nerror on ${test.count} test images`);
for (const [name, model] of Object.entries({ A: modelA, B: modelB, merged, unaligned })) {
  console.log(`  ${name.padEnd(10)} ${(100 * (await testError(model))).toFixed(1)} %`);
}

function buildModel(seed: number): tfl.LayersModel {
  let draws = 0;
  const dense = (units: number) =>
    tfl.layers.dense({
      units,
      kernelInitializer: tfl.initializers.heNormal({ seed: 100 * seed + ++draws }),
    });
  const norm = () => tfl.layers.batchNormalization();
  const relu = () => tfl.layers.activation({ activation: 'relu' });
  const chain = (x: tfl.SymbolicTensor, ...layers: tfl.layers.Layer[]) =>
    layers.reduce((h, layer) => layer.apply(h) as tfl.SymbolicTensor, x);
  const input = tfl.input({ shape: [784] });
  const stem = chain(input, dense(width), norm(), relu());
  const block = chain(stem, dense(128), norm(), relu(), dense(width), norm());
  const sum = tfl.layers.add().apply([stem, block]) as tfl.SymbolicTensor;
  const side = chain(input, dense(48), norm(), relu());
  const both = tfl.layers.concatenate().apply([relu().apply(sum), side] as tfl.SymbolicTensor[]);
  return tfl.model({ inputs: input, outputs: dense(10).apply(both) as tfl.SymbolicTensor });
}

async function trainModel(model: tfl.LayersModel): Promise<void> {
  model.compile({
    optimizer: tf.train.adam(1e-3),
    loss: (labels, logits) =>
      tf.losses.softmaxCrossEntropy(labels as tf.Tensor, logits as tf.Tensor),
  });
  await model.fit(x, labels, { epochs: 4, batchSize: 100, shuffle: false, verbose: 0 });
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
