/**
 * Times the gradients of a batch of 250 images on the wasm backend, turn by turn in one run: by `valueAndGradients`, by
 * hand-written backpropagation and, where wasm has the kernels, by the gradients of tfjs. Times are of the processor, of
 * all threads together.
 *
 *     npm run bench gradients
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers'; // Registers the gradients of tfjs.
import { type Params, valueAndGradients } from 'perm-lmc';
import { convNetwork } from '../examples/support/convNet';
import { mlpNetwork } from '../examples/support/mlp';
import type { Network } from '../examples/support/network';
import { machine } from './support/machine';
import { markdownHead, markdownRow, quantile } from './support/table';

const STEPS = 9;
const COUNT = 250;

await tf.setBackend('wasm');
const x = tf.randomUniform([COUNT, 784], 0, 1, 'float32', 1) as tf.Tensor2D;
const digits = Array.from({ length: COUNT }, (_, i) => i % 10);
const oneHot = tf.cast(tf.oneHot(tf.tensor1d(digits, 'int32'), 10), 'float32') as tf.Tensor2D;

console.log(machine(`tfjs ${tf.version_core}`));
console.log(
  `\n${markdownHead('network', 'valueAndGradients, ms', 'by hand, ms', "tfjs's own, ms")}`,
);
const mlp = mlpNetwork([784, 512, 512, 10]);
const ofMlp = (params: Params) => crossEntropy(mlp.forward(params, x));
await compare('784-512-512-10', mlp, ofMlp, { hasKernels: true });
await compare('convolutions of 16, 32 and 64', convNetwork([16, 32, 64]), convLoss, {
  hasKernels: false,
});

async function compare(
  name: string,
  network: Network,
  loss: (params: Params) => tf.Scalar,
  { hasKernels }: { hasKernels: boolean },
): Promise<void> {
  const params = network.init(1);
  const variables = hasKernels
    ? Object.fromEntries(Object.entries(params).map(([key, value]) => [key, tf.variable(value)]))
    : {};
  const ways = [
    () => Object.values(valueAndGradients((own) => tf.tidy(() => loss(own)), params)),
    () => Object.values(network.lossAndGradients(params, x, oneHot)),
    ...(hasKernels ? [() => Object.values(tf.variableGrads(() => loss(variables)))] : []),
  ];
  const times = ways.map((): number[] => []);
  for (let step = 0; step <= STEPS; step++) {
    for (const [i, way] of ways.entries()) {
      const before = milliseconds();
      const result = way();
      await (result[0] as tf.Scalar).data();
      if (step > 0) times[i].push(milliseconds() - before); // The first step compiles.
      tf.dispose(result);
    }
  }
  tf.dispose([params, variables]);
  console.log(markdownRow(name, ...times.map((own) => quantile(own, 0.5).toFixed(0))));
}

function crossEntropy(logits: tf.Tensor): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(logits)), 1))) as tf.Scalar;
}

/** The loss of the convolutional network with the statistics of the batch. */
function convLoss(params: Params): tf.Scalar {
  let h: tf.Tensor = tf.reshape(x, [COUNT, 28, 28, 1]);
  for (let layer = 1; `conv${layer}/kernel` in params; layer++) {
    const kernel = params[`conv${layer}/kernel`] as tf.Tensor4D;
    const maps = tf.conv2d(h as tf.Tensor4D, kernel, 2, 'same');
    const rows = tf.reshape(maps, [-1, maps.shape[3]]);
    const { mean, variance } = tf.moments(rows, 0);
    const scale = tf.div(params[`bn${layer}/gamma`], tf.sqrt(tf.add(variance, 1e-5)));
    const normal = tf.add(tf.mul(tf.sub(rows, mean), scale), params[`bn${layer}/beta`]);
    h = tf.reshape(tf.relu(normal), maps.shape);
  }
  const features = tf.mean(h, [1, 2]) as tf.Tensor2D;
  const product = tf.matMul(features, params['dense/kernel'] as tf.Tensor2D);
  return crossEntropy(tf.add(product, params['dense/bias']));
}

/** The time of the processor since the start of the process. */
function milliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
