/**
 * The hidden units of an average vary less than those of its parents, the more so the deeper they are.
 * Trains two MLPs on MNIST, aligns them by their activations, averages them and repairs the average: its
 * units get the means and standard deviations of the parents' units.
 *
 *     npm run example repair
 *
 * With --quick it trains on a part of the data, for a test of this example.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  activationMatch,
  classificationEvaluator,
  interpolate,
  mlpSpec,
  permute,
  repair,
} from 'perm-lmc';
import { loadMnist } from './support/mnist';
import { mlpForward, trainMlp } from './support/trainMlp';

const quick = process.argv.includes('--quick');
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

await tf.setBackend('wasm');
const { train, test } = loadMnist(quick ? { train: 3000, test: 500 } : { train: 30_000 });
const x = tf.tensor2d(test.images, [test.count, 784]);
const y = tf.tensor1d(test.labels, 'int32');
const evaluate = classificationEvaluator(mlpForward, { x, y });
// Data to measure activations on; it needs no labels.
const samples = Math.min(train.count, 5000);
const inputs = tf.tensor2d(train.images.subarray(0, 784 * samples), [samples, 784]);

// 1. Two networks of four hidden layers, from different seeds.
const width = quick ? 64 : 128;
const widths = [784, width, width, width, width, 10];
const [a, b] = [await trainNetwork(1), await trainNetwork(2)];

// 2. Align B with A by the activations of their units on data.
let start = performance.now();
const { permutations } = await activationMatch(mlpSpec(5), a, b, {
  forward: mlpForward,
  inputs,
  kernel: 'correlation',
});
const aligned = permute(mlpSpec(5), b, permutations);
console.log(`activation matching on ${samples} images: ${seconds(start)}`);

// 3. Average them, and repair the average.
const merged = interpolate(a, aligned, 0.5);
start = performance.now();
const repaired = await repair(merged, [a, aligned], { forward: mlpForward, inputs });
console.log(`repair on ${samples} images: ${seconds(start)}`);

console.log('\n                         test loss   test error');
const unaligned = interpolate(a, b, 0.5);
await report('A', a);
await report('B', b);
await report('average of A and B', unaligned);
await report('average, aligned', merged);
await report('average, repaired', repaired);
tf.dispose([a, b, aligned, merged, repaired, unaligned, inputs, x, y]);

function trainNetwork(seed: number): Promise<tf.NamedTensorMap> {
  return trainMlp({
    widths,
    train,
    seed,
    epochs: 3,
    batchSize: quick ? 100 : 250,
    learningRate: 6e-3,
  });
}

async function report(name: string, params: tf.NamedTensorMap): Promise<void> {
  const { loss, error } = await evaluate(params);
  const percent = `${(100 * error).toFixed(2)} %`;
  console.log(`${name.padEnd(22)}${loss.toFixed(4).padStart(12)}${percent.padStart(13)}`);
}
