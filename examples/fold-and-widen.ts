/**
 * One network in other widths. Trains an MLP on MNIST, makes it wider without a change of its function, and smaller
 * without data: `fold` merges similar units, and chooses how many are left in each layer.
 *
 *     npm run example fold-and-widen
 *
 * With --quick it takes a part of the data, for a test of this example.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { classificationEvaluator, fold, mlpSpec, type Params, widen } from 'perm-lmc';
import { mlpForward } from './support/mlp';
import { loadMnist } from './support/mnist';
import { trainMlp } from './support/trainMlp';

const quick = process.argv.includes('--quick');

await tf.setBackend('wasm');
const { train, test } = loadMnist(quick ? { train: 6000, test: 1000 } : { test: 2000 });
const x = tf.tensor2d(test.images, [test.count, 784]);
const y = tf.tensor1d(test.labels, 'int32');
const evaluate = classificationEvaluator(mlpForward, { x, y });

// 1. A network with two hidden layers of 64 units.
const options = { widths: [784, 64, 64, 10], epochs: 3, batchSize: quick ? 50 : 250 };
const trained = await trainMlp({ ...options, train, seed: 1 });
const spec = mlpSpec(3);

console.log('network      units     test error');
await print('trained', trained);

// 2. Wider: new units that nothing reads yet. The function is the same.
const wide = await widen(spec, trained, { h1: 96, h2: 96 });
await print('widened', wide.params);

// 3. Smaller: similar units are merged, fewer where that costs least.
for (const ratio of [0.75, 0.5, 0.25]) {
  const folded = await fold(spec, trained, { ratio });
  await print(`folded ${ratio}`, folded.params);
  tf.dispose(folded.params);
}
tf.dispose([trained, wide.params, x, y]);

async function print(name: string, params: Params): Promise<void> {
  const { error } = await evaluate(params);
  const units = ['dense1/bias', 'dense2/bias'].map((bias) => params[bias].size).join(' + ');
  console.log(`${name.padEnd(12)} ${units.padEnd(9)} ${(100 * error).toFixed(1)} %`);
}
