/**
 * Moves a lottery ticket from one network to another. Trains and prunes an MLP B, then trains another
 * initialisation A under B's mask: as it is, and in A's order, by the permutation that aligns the dense
 * networks. It shows that a mask belongs to units, so that it must be permuted as weights are.
 *
 *     npm run example lottery-ticket
 *
 * With --quick it trains on a part of the data, for a test of this example.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  classificationEvaluator,
  geometric,
  iterativeMagnitudePruning,
  mlpSpec,
  type PruningLevel,
  transportMask,
  weightMatch,
} from 'perm-lmc';
import { mlpNetwork } from './support/mlp';
import { loadMnist } from './support/mnist';
import { trainNetwork } from './support/train';

const quick = process.argv.includes('--quick');
const levels = quick ? 3 : 6;

await tf.setBackend('wasm');
const { train, test } = loadMnist(quick ? { train: 3000, test: 500 } : { train: 30_000 });
const network = mlpNetwork([784, 128, 128, 10], 1 / 3);
const x = tf.tensor2d(test.images, [test.count, 784]);
const y = tf.tensor1d(test.labels, 'int32');
const evaluate = classificationEvaluator(network.forward, { x, y });
const trainFrom = (start: tf.NamedTensorMap, mask: tf.NamedTensorMap, seed: number) =>
  trainNetwork({
    network,
    train,
    seed,
    start,
    mask,
    epochs: 2,
    batchSize: quick ? 100 : 250,
    learningRate: 4e-3,
  });

// 1. Prune B: train, prune half of the weights that are left, rewind, and repeat.
const startB = network.init(2);
let dense: PruningLevel | undefined;
let sparse: PruningLevel | undefined;
for await (const level of iterativeMagnitudePruning({
  train: (start, mask) => trainFrom(start, mask, 2),
  rewind: startB,
  schedule: geometric(0.5),
  levels,
})) {
  await report(`B, density ${(100 * level.density).toFixed(1)} %`, level.params);
  if (sparse !== dense) tf.dispose([sparse!.mask, sparse!.params]);
  sparse = level;
  dense ??= level;
}

// 2. Align the dense networks, and bring B's mask into A's order.
const startA = network.init(1);
const denseA = await trainFrom(startA, {}, 1);
const spec = mlpSpec(3);
const { permutations } = await weightMatch(spec, denseA, dense!.params);
const transported = await transportMask(spec, sparse!.mask, permutations);

// 3. Train A from its own start under B's mask.
const moved = await trainFrom(startA, transported, 1);
const unmoved = await trainFrom(startA, sparse!.mask, 1);
await report("A under B's mask, as it is", unmoved);
await report("A under B's mask, in A's order", moved);
const held = [dense!, sparse!].flatMap((level) => [level.mask, level.params]);
tf.dispose([startA, startB, denseA, transported, moved, unmoved, held, x, y]);

async function report(name: string, params: tf.NamedTensorMap): Promise<void> {
  const { loss, error } = await evaluate(params);
  console.log(`${name.padEnd(32)} loss ${loss.toFixed(3)}   error ${(100 * error).toFixed(2)} %`);
}
