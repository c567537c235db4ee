/**
 * Averages many networks at once, as federated learning and model soups do. Five devices train an MLP from
 * different seeds, each on its own fifth of MNIST. A server without data aligns the networks and averages them:
 * the average of networks in the same order is nearly as good as each of them, while the average of unaligned
 * networks is useless. The more networks there are, the more is gained by matching them jointly instead of each
 * to the first.
 *
 *     npm run example model-soup
 *
 * With --quick it trains on a part of the data, for a test of this example.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  average,
  classificationEvaluator,
  mergeMany,
  mlpSpec,
  permute,
  weightMatch,
} from 'perm-lmc';
import { mlpNetwork } from './support/mlp';
import { type LabelledImages, loadMnist } from './support/mnist';
import { trainNetwork } from './support/train';

const quick = process.argv.includes('--quick');
const devices = 5;
const width = quick ? 128 : 256;
const network = mlpNetwork([784, width, width, 10], 1 / 3); // PyTorch's initial variance

await tf.setBackend('wasm');
const { train, test } = loadMnist(quick ? { train: 6000, test: 1000 } : {});
const x = tf.tensor2d(test.images, [test.count, 784]);
const y = tf.tensor1d(test.labels, 'int32');
const evaluate = classificationEvaluator(network.forward, { x, y });

// 1. Each device trains on its own images, from its own seed.
const networks: tf.NamedTensorMap[] = [];
for (let device = 0; device < devices; device++) {
  const own = partOf(train, device);
  const options = { network, train: own, seed: device + 1, epochs: 4, batchSize: 100 };
  networks.push(await trainNetwork({ ...options, learningRate: 4e-3 }));
  console.log(
    `device ${device + 1}, ${own.count} images: error ${await errorOf(networks[device])}`,
  );
}

// 2. The server brings the others into the order of the first.
const spec = mlpSpec(3);
const aligned = [networks[0]];
for (const other of networks.slice(1)) {
  const { permutations } = await weightMatch(spec, networks[0], other);
  aligned.push(permute(spec, other, permutations));
}

// 3. The averages of the first n networks: as they are, matched to the first, and matched jointly.
console.log('networks   as they are   matched to the first   jointly');
for (let n = 1; n <= devices; n++) {
  const averages = [average(networks.slice(0, n)), average(aligned.slice(0, n))];
  if (n > 1) averages.push((await mergeMany(spec, networks.slice(0, n))).params);
  const [plain, toFirst, jointly = ''] = await Promise.all(averages.map(errorOf));
  console.log(
    `${`${n}`.padStart(8)}${plain.padStart(14)}${toFirst.padStart(23)}${jointly.padStart(10)}`,
  );
  tf.dispose(averages);
}
tf.dispose([networks, aligned.slice(1), x, y]);

function partOf({ images, labels, count }: LabelledImages, device: number): LabelledImages {
  const size = Math.floor(count / devices);
  const [from, to] = [device * size, (device + 1) * size];
  return {
    images: images.subarray(784 * from, 784 * to),
    labels: labels.slice(from, to),
    count: size,
  };
}

async function errorOf(params: tf.NamedTensorMap): Promise<string> {
  return `${(100 * (await evaluate(params)).error).toFixed(2)} %`;
}
