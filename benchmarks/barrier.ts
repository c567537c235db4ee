/**
 * Times a barrier on the wasm backend: 25 points on the 10 000 test images of MNIST, MLP
 * 784-512-512-512-10. With matMul, add and relu as one writes them, whose first layer the points share; with
 * fused operations; with a forward function that is split by hand; with nothing shared; and in PyTorch on two
 * threads (benchmarks/barrier.py; the variable PYTHON names another python3). Interleaved in one run. Prints
 * medians and ratios with quartiles. The networks are untrained: time does not depend on the weights.
 *
 *     npm run bench barrier [-- POINTS IMAGES REPEATS]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  barrier,
  classificationEvaluator,
  type Evaluate,
  type Params,
  type SplitForward,
  serializeSafetensors,
} from 'perm-lmc';
import { initMlp, mlpForward } from '../examples/support/mlp';
import { loadMnist } from '../examples/support/mnist';
import { machine } from './support/machine';
import { startPython } from './support/python';
import { quantile, row, spread } from './support/table';

const LAYERS = 4;
const BATCH = 1000;
const widths = [784, 512, 512, 512, 10];
const [points, images, repeats] = [25, 10_000, 3].map((usual, i) =>
  Number(process.argv[2 + i] ?? usual),
);

/** A way to measure the barrier, with the seconds of its runs and the losses it found. */
interface Contestant {
  readonly name: string;
  readonly run: () => Promise<{ readonly seconds: number; readonly losses: readonly number[] }>;
  readonly seconds: number[];
  losses: readonly number[];
}

const split: SplitForward = {
  linear: (params, x) => dense(params, 1, x),
  rest: (params, h) => layersFrom(2, params, tf.relu(h)),
};

await tf.setBackend('wasm');
const { test } = loadMnist({ train: 1 });
const data = {
  x: tf.tensor2d(test.images.slice(0, 784 * images), [images, 784]),
  y: tf.tensor1d(test.labels.slice(0, images), 'int32'),
};
const [a, b] = [initMlp(widths, 1), initMlp(widths, 2)];
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-bench-'));
for (const [name, tensors] of Object.entries({ a, b, data }))
  writeFileSync(join(folder, `${name}.safetensors`), await serializeSafetensors(tensors));
const python = await startPython('barrier.py', [folder]);

const asWritten = (params: Params, x: tf.Tensor) => layersFrom(1, params, x);
const options = { batchSize: BATCH };
const contestants: Contestant[] = [
  ours('as one writes it', classificationEvaluator(asWritten, data, options)),
  ours('fused', classificationEvaluator(mlpForward, data, options)),
  ours('split by hand', classificationEvaluator(split, data, options)),
  ours('nothing shared', classificationEvaluator(asWritten, data, { ...options, sharedMemory: 0 })),
  ...(python ? [contestant('PyTorch', inPython)] : []),
];
for (let repeat = 0; repeat < repeats; repeat++) {
  for (const each of contestants) {
    const { seconds, losses } = await each.run();
    each.seconds.push(seconds);
    each.losses = losses;
  }
}
printTable();
python?.stop();
rmSync(folder, { recursive: true });
tf.dispose([a, b, data.x, data.y]);

function dense(params: Params, layer: number, h: tf.Tensor): tf.Tensor {
  const kernel = params[`dense${layer}/kernel`] as tf.Tensor2D;
  return tf.add(tf.matMul(h as tf.Tensor2D, kernel), params[`dense${layer}/bias`]);
}

function layersFrom(first: number, params: Params, input: tf.Tensor): tf.Tensor {
  let h = input;
  for (let layer = first; layer <= LAYERS; layer++) {
    h = dense(params, layer, h);
    if (layer < LAYERS) h = tf.relu(h);
  }
  return h;
}

function contestant(name: string, run: Contestant['run']): Contestant {
  return { name, run, seconds: [], losses: [] };
}

function ours(name: string, evaluate: Evaluate<'loss' | 'error'>): Contestant {
  return contestant(name, async () => {
    const start = performance.now();
    const { loss } = await barrier(a, b, evaluate, { points });
    return { seconds: (performance.now() - start) / 1000, losses: loss.values };
  });
}

async function inPython() {
  const [seconds, losses] = JSON.parse(await python!.ask(`run ${JSON.stringify([points, BATCH])}`));
  return { seconds, losses };
}

function printTable(): void {
  const columns = [20, 10, 22, 22, 20];
  const [first] = contestants;
  console.log(machine(python?.version ?? 'no PyTorch'));
  console.log(`MLP ${widths.join('-')}, ${points} points, ${images} images`);
  console.log('a ratio below 1 means that the former is faster; median (quartiles)\n');
  console.log(
    row(columns, 'forward', 'seconds', 'this / PyTorch', 'as written / this', 'difference'),
  );
  for (const { name, seconds, losses } of contestants) {
    const differences = losses.map((loss, at) => Math.abs(loss - first.losses[at]));
    console.log(
      row(
        columns,
        name,
        quantile(seconds, 0.5).toFixed(2),
        spread(python ? ratiosTo(seconds, contestants.at(-1)!.seconds) : []),
        spread(ratiosTo(first.seconds, seconds)),
        Math.max(...differences).toExponential(0),
      ),
    );
  }
}

function ratiosTo(seconds: readonly number[], others: readonly number[]): number[] {
  return seconds.map((time, at) => time / others[at]);
}
