/**
 * Quickstart: two networks trained from different seeds average well only with their units in the same
 * order. Trains two small MLPs on MNIST, aligns them by weight matching, prints the
 * barriers before and after, and writes the curves to out/barrier.svg.
 *
 *     npm run example quickstart
 *
 * With --quick it trains on a part of the data, for a test of this example.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  barrier,
  classificationEvaluator,
  interpolate,
  mlpSpec,
  permute,
  weightMatch,
} from 'perm-lmc';
import { barrierPlot } from 'perm-lmc/plots';
import { loadMnist } from './support/mnist';
import { mlpForward, trainMlp } from './support/trainMlp';

const quick = process.argv.includes('--quick');
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

await tf.setBackend('wasm');
const { train, test } = loadMnist(quick ? { train: 3000, test: 500 } : {});
const x = tf.tensor2d(test.images, [test.count, 784]);
const y = tf.tensor1d(test.labels, 'int32');
const evaluate = classificationEvaluator(mlpForward, { x, y });

// 1. Two networks, from different seeds.
const width = quick ? 64 : 256;
const widths = [784, width, width, 10];
const networks: tf.NamedTensorMap[] = [];
for (const seed of [1, 2]) {
  const start = performance.now();
  const params = await trainMlp({
    widths,
    train,
    seed,
    epochs: 3,
    batchSize: quick ? 100 : 250,
    learningRate: 6e-3,
  });
  const { error } = await evaluate(params);
  console.log(
    `network ${'AB'[seed - 1]} (seed ${seed}): test error ${percent(error)}, trained in ${seconds(start)}`,
  );
  networks.push(params);
}
const [a, b] = networks;

// 2. Find the order of B's hidden units that brings its weights closest to A's, and apply it.
let start = performance.now();
const spec = mlpSpec(3);
const { permutations, sweeps } = await weightMatch(spec, a, b, { seed: 0 });
const aligned = permute(spec, b, permutations);
console.log(`weight matching: ${sweeps} sweeps in ${seconds(start)}`);

// 3. Measure the barrier on the line from A to B, before and after.
const points = quick ? 5 : 25;
start = performance.now();
const before = await barrier(a, b, evaluate, { points });
const secondsBefore = seconds(start);
start = performance.now();
const after = await barrier(a, aligned, evaluate, { points });
const secondsAfter = seconds(start);

// 4. Average them.
const merged = interpolate(a, aligned, 0.5);
const { error: mergedError } = await evaluate(merged);

console.log(`
                    loss barrier   error barrier   time
  before            ${row(before.loss.max, before.error.max, secondsBefore)}
  after alignment   ${row(after.loss.max, after.error.max, secondsAfter)}

test error of the average of A and B: ${percent(before.error.values[(points - 1) / 2])} as trained, ${percent(mergedError)} aligned`);

mkdirSync('out', { recursive: true });
writeFileSync(
  'out/barrier.svg',
  barrierPlot(
    [
      { label: 'B as trained', report: before },
      { label: 'B aligned to A', report: after },
    ],
    {
      title: 'Two MLPs on MNIST, before and after weight matching',
      xLabel: 'α, from network A (0) to network B (1)',
      yLabel: 'test loss',
    },
  ),
);
console.log('wrote out/barrier.svg');
tf.dispose([networks, aligned, merged, x, y]);

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)} %`;
}

function row(loss: number, error: number, time: string): string {
  return `${loss.toFixed(3).padStart(12)}${percent(error).padStart(16)}${time.padStart(7)}`;
}
