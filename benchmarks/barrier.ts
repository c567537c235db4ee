/**
 * Times a barrier on the wasm backend: 25 points on the 10 000 test images of MNIST, MLP
 * 784-512-512-512-10. With the first layer shared between the points (a forward function split after
 * it), with the same fused operations but not split, and with matMul, add and relu one by one;
 * interleaved in one run. Prints medians and ratios with quartiles. The networks are untrained: time
 * does not depend on the weights.
 *
 *     npm run bench barrier [-- POINTS]
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { barrier, classificationEvaluator, type Params, type SplitForward } from 'perm-lmc';
import { initMlp, mlpForward } from '../examples/support/mlp';
import { loadMnist } from '../examples/support/mnist';
import { machine } from './support/machine';
import { quantile, row, spread } from './support/table';

const REPEATS = 3;
const LAYERS = 4;
const widths = [784, 512, 512, 512, 10];
const points = Number(process.argv[2] ?? 25);

const kernelOf = (params: Params, layer: number) => params[`dense${layer}/kernel`] as tf.Tensor2D;
const biasOf = (params: Params, layer: number) => params[`dense${layer}/bias`];

/** Fused operations, except that the relu of the first layer is separate. */
const split: SplitForward = {
  linear: (params, x) => fusedLayer(params, 1, x, 'linear'),
  rest: (params, h) =>
    [2, 3, 4].reduce(
      (input, layer) => fusedLayer(params, layer, input, layer < LAYERS ? 'relu' : 'linear'),
      tf.relu(h),
    ),
};

await tf.setBackend('wasm');
const { test } = loadMnist({ train: 1 });
const data = {
  x: tf.tensor2d(test.images, [test.count, 784]),
  y: tf.tensor1d(test.labels, 'int32'),
};
const [a, b] = [initMlp(widths, 1), initMlp(widths, 2)];
const contestants = [split, mlpForward, unfusedForward].map((forward) => ({
  evaluate: classificationEvaluator(forward, data),
  seconds: [] as number[],
  losses: [] as number[],
}));

await barrier(a, b, contestants[0].evaluate, { points: 2 }); // a warm-up
for (let repeat = 0; repeat < REPEATS; repeat++) {
  for (const contestant of contestants) {
    const start = performance.now();
    const { loss } = await barrier(a, b, contestant.evaluate, { points });
    contestant.seconds.push((performance.now() - start) / 1000);
    contestant.losses = loss.values;
  }
}
printTable();
tf.dispose([a, b, data.x, data.y]);

function fusedLayer(
  params: Params,
  layer: number,
  input: tf.Tensor,
  activation: 'relu' | 'linear',
): tf.Tensor {
  return tf.fused.matMul({
    a: input as tf.Tensor2D,
    b: kernelOf(params, layer),
    bias: biasOf(params, layer),
    activation,
  });
}

function unfusedForward(params: Params, x: tf.Tensor): tf.Tensor {
  let h = x;
  for (let layer = 1; layer <= LAYERS; layer++) {
    const sum = tf.add(tf.matMul(h as tf.Tensor2D, kernelOf(params, layer)), biasOf(params, layer));
    h = layer < LAYERS ? tf.relu(sum) : sum;
  }
  return h;
}

function printTable(): void {
  const columns = [26, 10, 22, 20];
  const [shared] = contestants;
  console.log(machine());
  console.log(`MLP ${widths.join('-')}, ${points} points, ${test.count} images`);
  console.log('a ratio below 1 means that the shared one is faster; median (quartiles)\n');
  console.log(row(columns, 'forward', 'seconds', 'shared / this', 'greatest difference'));
  for (const [i, name] of ['fused, shared', 'fused', 'unfused'].entries()) {
    const { seconds, losses } = contestants[i];
    const differences = losses.map((loss, at) => Math.abs(loss - shared.losses[at]));
    console.log(
      row(
        columns,
        name,
        quantile(seconds, 0.5).toFixed(2),
        i === 0 ? '–' : spread(seconds.map((time, at) => shared.seconds[at] / time)),
        i === 0 ? '–' : Math.max(...differences).toExponential(0),
      ),
    );
  }
}
