/**
 * Tests strong linear connectivity: one permutation of each network for all pairs, including pairs that were
 * never matched to each other. Trains three MLPs on MNIST, measures every pair and the triangle
 * between them, and draws the loss on the plane through all three, before and after alignment.
 *
 *     npm run example three-networks
 *
 * Writes out/three-networks.json, the report, and out/plane-before.svg and out/plane-after.svg. With --quick
 * it trains on a part of the data, for a test of this example.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  classificationEvaluator,
  lossPlane,
  manyMatcher,
  mlpSpec,
  permutationsFrom,
  permute,
  strongConnectivity,
  weightMatcher,
} from 'perm-lmc';
import { lossPlanePlot } from 'perm-lmc/plots';
import { mlpNetwork } from './support/mlp';
import { loadMnist } from './support/mnist';
import { trainNetwork } from './support/train';

const quick = process.argv.includes('--quick');
const width = quick ? 128 : 256;
const network = mlpNetwork([784, width, width, 10], 1 / 3); // PyTorch's initial variance

await tf.setBackend('wasm');
const { train, test } = loadMnist(quick ? { train: 4000, test: 300 } : { test: 2000 });
const x = tf.tensor2d(test.images, [test.count, 784]);
const y = tf.tensor1d(test.labels, 'int32');
const evaluate = classificationEvaluator(network.forward, { x, y });

// 1. Three networks, from different seeds.
const options = { network, train, epochs: 3, batchSize: quick ? 100 : 250 };
const networks = {
  A: await trainNetwork({ ...options, seed: 1 }),
  B: await trainNetwork({ ...options, seed: 2 }),
  C: await trainNetwork({ ...options, seed: 3 }),
};

// 2. B and C are matched to A. The pair B, C is indirect: its networks are never matched to each other. A joint
// match brings all three close to each other.
const spec = mlpSpec(3);
const strong = await strongConnectivity(networks, {
  spec,
  match: weightMatcher(spec),
  matchAll: manyMatcher(spec), // all at once, for comparison
  evaluate,
  tolerance: 0.1,
  points: quick ? 5 : 11,
  resolution: 4,
});
console.log('pair            loss barrier as trained   aligned to A   jointly');
for (const [i, { a, b, kind, unmatched, matched }] of strong.pairs.entries()) {
  const barriers = [unmatched, matched, strong.joint!.barriers[i]];
  const [before, after, jointly] = barriers.map(({ loss }) => loss.max.toFixed(3));
  const name = `${a}, ${b} (${kind})`;
  console.log(
    `${name.padEnd(16)}${before.padStart(23)}${after.padStart(15)}${jointly.padStart(10)}`,
  );
}
const { verdict, simplexVerdict } = strong;
console.log(`every pair within ${verdict.tolerance} nats: ${verdict.holds ? 'yes' : 'no'}`);
console.log(`the whole triangle, too: ${simplexVerdict.holds ? 'yes' : 'no'}`);

// 3. The plane through all three. Reports hold permutations as plain arrays.
const aligned = Object.values(networks).map((params, i) =>
  permute(spec, params, permutationsFrom(strong.permutations[i])),
);
mkdirSync('out', { recursive: true });
writeFileSync('out/three-networks.json', JSON.stringify(strong));
for (const [file, [a, b, c]] of [
  ['plane-before', Object.values(networks)],
  ['plane-after', aligned],
] as const) {
  const plane = await lossPlane(a, b, c, evaluate, { points: quick ? 5 : 21 });
  writeFileSync(`out/${file}.svg`, lossPlanePlot(plane, { scale: 'log' }));
  console.log(`wrote out/${file}.svg`);
}
tf.dispose([networks, aligned, x, y]);
