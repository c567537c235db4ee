/**
 * Learns a permutation from data. Weight matching compares weights and knows nothing of the loss between two networks;
 * straight-through matching starts from its permutation and lowers that loss by gradients. Trains two narrow MLPs on
 * MNIST, where weight matching leaves a barrier, and measures the barrier on test images with each permutation.
 *
 *     npm run example learned-matching
 *
 * With --quick it takes a part of the data, for a test of this example.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  barrier,
  classificationEvaluator,
  mlpSpec,
  type Permutations,
  permute,
  straightThroughMatch,
  weightMatch,
} from 'perm-lmc';
import { mlpNetwork } from './support/mlp';
import { loadMnist } from './support/mnist';
import { trainNetwork } from './support/train';

const quick = process.argv.includes('--quick');
const network = mlpNetwork([784, 32, 32, 10], 1 / 3); // PyTorch's initial variance

await tf.setBackend('wasm');
const { train, test } = loadMnist(quick ? { train: 6000, test: 1000 } : { test: 2000 });
const [x, y] = [tf.tensor2d(train.images, [train.count, 784]), tf.tensor1d(train.labels, 'int32')];
const evaluate = classificationEvaluator(network.forward, {
  x: tf.tensor2d(test.images, [test.count, 784]),
  y: tf.tensor1d(test.labels, 'int32'),
});

// 1. Two networks, from different seeds.
const options = { network, train, epochs: 3, batchSize: quick ? 50 : 250 };
const a = await trainNetwork({ ...options, seed: 1 });
const b = await trainNetwork({ ...options, seed: 2 });
const spec = mlpSpec(3);

// 2. Weight matching, and the loss barrier that it leaves.
const matched = await weightMatch(spec, a, b);
const before = await barrierWith(matched.permutations);

// 3. Straight-through matching: a few hundred batches of the training images.
const learned = await straightThroughMatch(spec, a, b, {
  forward: network.forward,
  data: { x, y },
  steps: quick ? 100 : 400,
});
const after = await barrierWith(learned.permutations);

console.log('permutation        S        loss barrier');
console.log(`weight matching    ${matched.objective.toFixed(2)}   ${before.toFixed(3)}`);
console.log(`straight-through   ${learned.objective.toFixed(2)}   ${after.toFixed(3)}`);

console.log(`loss at the midpoint: ${learned.startLoss.toFixed(3)} → ${learned.loss.toFixed(3)}`);
console.log(`found at step ${learned.step} of ${learned.history.length}`);

async function barrierWith(permutations: Permutations): Promise<number> {
  const aligned = permute(spec, b, permutations);
  const { loss } = await barrier(a, aligned, evaluate, { points: 11 });
  tf.dispose(aligned);
  return loss.max;
}
