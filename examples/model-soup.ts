/**
 * Averages many networks at once, as federated learning and model soups do. Four devices train an MLP from
 * different seeds, each on its own quarter of MNIST. A server without data aligns three of them to the
 * first and averages all four. It shows that one reference is enough: the average is nearly as good as
 * each network, while the average of unaligned networks is useless.
 *
 *     npm run example model-soup
 *
 * With --quick it trains on a part of the data, for a test of this example.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { average, classificationEvaluator, mlpSpec, permute, weightMatch } from 'perm-lmc';
import { mlpNetwork } from './support/mlp';
import { type LabelledImages, loadMnist } from './support/mnist';
import { trainNetwork } from './support/train';

const quick = process.argv.includes('--quick');
const devices = 4;
const network = mlpNetwork([784, 256, 256, 10], 1 / 3); // PyTorch's initial variance

await tf.setBackend('wasm');
const { train, test } = loadMnist(quick ? { train: 8000, test: 1000 } : {});
const x = tf.tensor2d(test.images, [test.count, 784]);
const y = tf.tensor1d(test.labels, 'int32');
const evaluate = classificationEvaluator(network.forward, { x, y });

// 1. Each device trains on its own images, from its own seed.
const networks: tf.NamedTensorMap[] = [];
for (let device = 0; device < devices; device++) {
  const own = quarter(train, device);
  const options = { network, train: own, seed: device + 1, epochs: 4, batchSize: 100 };
  networks.push(await trainNetwork({ ...options, learningRate: 4e-3 }));
  await report(`device ${device + 1}, ${own.count} images`, networks[device]);
}

// 2. The server brings the others into the order of the first.
const spec = mlpSpec(3);
const [reference, ...others] = networks;
const aligned = [reference];
for (const other of others) {
  const { permutations } = await weightMatch(spec, reference, other);
  aligned.push(permute(spec, other, permutations));
}

// 3. The average, with and without.
const [plain, soup] = [average(networks), average(aligned)];
await report('average as they are', plain);
await report('average, aligned', soup);
tf.dispose([networks, aligned.slice(1), plain, soup, x, y]);

function quarter({ images, labels, count }: LabelledImages, device: number): LabelledImages {
  const size = Math.floor(count / devices);
  const [from, to] = [device * size, (device + 1) * size];
  return {
    images: images.subarray(784 * from, 784 * to),
    labels: labels.slice(from, to),
    count: size,
  };
}

async function report(name: string, params: tf.NamedTensorMap): Promise<void> {
  const { loss, error } = await evaluate(params);
  console.log(`${name.padEnd(24)} loss ${loss.toFixed(3)}   error ${(100 * error).toFixed(2)} %`);
}
