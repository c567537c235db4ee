/**
 * Compares the GPU, through tfjs's webgpu backend, with the processor, through the wasm backend, over sizes: matching
 * with the engine `backend` on the device against `packed`, a barrier, and the gradients of a batch. Says from which size
 * on the GPU is faster, which is where `engine: 'auto'` and your own choice of a backend should take it.
 *
 * It takes a few minutes on a GPU. It runs in Node, over Dawn (the npm package webgpu, a dev dependency) and a Vulkan
 * driver: that of the GPU, found as `vulkaninfo --summary` shows it, or the one in software of Debian's package chromium,
 * which is only good enough to show that the script runs: `--quick` takes sizes for it.
 *
 *     npm run bench gpu [-- --quick]
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  barrier,
  classificationEvaluator,
  type Params,
  valueAndGradients,
  weightMatch,
} from 'perm-lmc';
import { startWebGpu } from '../test/support/webgpu';
import { machine } from './support/machine';
import { initialise, mlp } from './support/networks';
import { markdownHead, markdownRow, quantile, spread } from './support/table';

const isQuick = process.argv.includes('--quick');
const REPEATS = isQuick ? 1 : 5;
const sizes = isQuick
  ? { matching: [16, 32], barrier: [16, 32], training: [16, 32] }
  : {
      matching: [128, 256, 512, 1024, 2048, 4096],
      barrier: [64, 128, 256, 512, 1024],
      training: [64, 128, 256, 512, 1024, 2048],
    };
const points = isQuick ? 3 : 25;
const images = isQuick ? 50 : 10_000;
const batch = isQuick ? 20 : 250;

/** Work that a backend does, prepared on that backend. */
interface Work {
  run(): Promise<unknown>;
  dispose(): void;
}

const missing = await startWebGpu();
if (missing) {
  console.error(`gpu: ${missing}`);
  process.exit(1);
}
console.log(`${machine(`tfjs ${tf.version_core}`)}; WebGPU on ${await adapterName()}\n`);
await compare('weightMatch, MLP 784-n-n-10, independent', sizes.matching, matching);
await compare(
  `barrier, ${points} points, ${images} images, MLP 784-n-n-n-10`,
  sizes.barrier,
  curve,
);
await compare(`gradients of ${batch} images, MLP 784-n-n-10`, sizes.training, step);
process.exit(0); // Dawn keeps the process alive.

/** Times the work on both backends for each size, and prints the size from which the GPU is faster. */
async function compare(
  name: string,
  widths: readonly number[],
  prepare: (n: number) => Work,
): Promise<void> {
  console.log(markdownHead(name, 'wasm, s', 'webgpu, s', 'webgpu / wasm'));
  const ratios: number[] = [];
  for (const n of widths) {
    const [wasm, webgpu] = [
      await secondsOn('wasm', n, prepare),
      await secondsOn('webgpu', n, prepare),
    ];
    const own = webgpu.map((time, i) => time / wasm[i]);
    ratios.push(quantile(own, 0.5));
    const medians = [wasm, webgpu].map((times) => quantile(times, 0.5).toPrecision(3));
    console.log(markdownRow(`n = ${n}`, ...medians, spread(own)));
  }
  const slower = ratios.findLastIndex((ratio) => ratio >= 1);
  const from = widths[slower + 1];
  console.log(
    `\nwebgpu is faster ${from === undefined ? 'at none of these sizes' : `from n = ${from}`}\n`,
  );
}

/** Seconds of each repeat. The first run, which compiles shaders, is not counted. */
async function secondsOn(
  backend: string,
  n: number,
  prepare: (n: number) => Work,
): Promise<number[]> {
  await tf.setBackend(backend);
  const { run, dispose } = prepare(n);
  const times: number[] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const start = performance.now();
    await run();
    if (repeat > 0) times.push((performance.now() - start) / 1000);
  }
  dispose();
  return times;
}

function matching(n: number): Work {
  const architecture = mlp(2, n);
  const [a, b] = [initialise(architecture, 1), initialise(architecture, 2)];
  const engine = tf.getBackend() === 'webgpu' ? 'backend' : 'packed';
  return {
    run: () => weightMatch(architecture.spec, a, b, { order: 'forward', maxSweeps: 3, engine }),
    dispose: () => tf.dispose([a, b]),
  };
}

function curve(n: number): Work {
  const architecture = mlp(3, n);
  const [a, b] = [initialise(architecture, 1), initialise(architecture, 2)];
  const data = { x: tf.randomNormal([images, 784], 0, 1, 'float32', 3), y: labels(images) };
  const evaluate = classificationEvaluator(logits, data);
  return {
    run: () => barrier(a, b, evaluate, { points }),
    dispose: () => tf.dispose([a, b, data]),
  };
}

function step(n: number): Work {
  const params = initialise(mlp(2, n), 1);
  const x = tf.randomNormal([batch, 784], 0, 1, 'float32', 3);
  const y = tf.oneHot(labels(batch), 10);
  const loss = (own: Params) =>
    tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(logits(own, x))), 1))) as tf.Scalar;
  return {
    async run() {
      const { value, gradients } = valueAndGradients(loss, params);
      await Promise.all([value, ...Object.values(gradients)].map((tensor) => tensor.data()));
      tf.dispose([value, gradients]);
    },
    dispose: () => tf.dispose([params, x, y]),
  };
}

function logits(params: Params, x: tf.Tensor): tf.Tensor {
  let h = x;
  for (let layer = 1; `dense${layer}/kernel` in params; layer++) {
    const kernel = params[`dense${layer}/kernel`] as tf.Tensor2D;
    const sum = tf.add(tf.matMul(h as tf.Tensor2D, kernel), params[`dense${layer}/bias`]);
    h = `dense${layer + 1}/kernel` in params ? tf.relu(sum) : sum;
  }
  return h;
}

function labels(count: number): tf.Tensor1D {
  return tf.tensor1d(
    Array.from({ length: count }, (_, i) => i % 10),
    'int32',
  );
}

/** The device that WebGPU uses: a name with SwiftShader or llvmpipe is a processor. */
async function adapterName(): Promise<string> {
  const { gpu } = navigator as unknown as {
    gpu: { requestAdapter(): Promise<{ info: Record<string, string> } | null> };
  };
  const { vendor, architecture, device, description } = (await gpu.requestAdapter())!.info;
  return [vendor, architecture, device, description].filter(Boolean).join(', ');
}
