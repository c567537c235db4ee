/**
 * Times steps of training on 128 photographs of CIFAR-10 in the kernels of WebAssembly and in tfjs on its wasm
 * backend, turn by turn in one run, and shows where the kernels' time goes. Times are of the processor, of all threads
 * together, so that other work on the machine counts little. An epoch is 390 steps.
 *
 *     npm run bench training [-- NETWORK …]
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { cifarSample, standardised } from '../examples/support/cifar';
import { networkOfName } from '../examples/support/layerNorm/architectures';
import { initialParams } from '../examples/support/layerNorm/initialParams';
import type { LayerNormNetwork } from '../examples/support/layerNorm/layerNormNetwork';
import { createTfjsEngine } from '../examples/support/training/tfjsEngine';
import type { LabelledBatch } from '../examples/support/training/trainingEngine';
import { type Kernels, openKernels } from '../examples/support/training/wasm/openKernels';
import { parameterLayout } from '../examples/support/training/wasm/parameterLayout';
import { trainingPass } from '../examples/support/training/wasm/trainingPass';
import { createWasmEngine } from '../examples/support/training/wasmEngine';
import { machine } from './support/machine';
import { markdownHead, markdownRow, quantile } from './support/table';

const STEPS = 5;
const EPOCH = 390;
const [, , ...given] = process.argv;
const names = given.length > 0 ? given : ['vgg16-1/16', 'vgg16-1/8', 'resnet20-16'];
const engines = { wasm: createWasmEngine, tfjs: createTfjsEngine };

await tf.setBackend('wasm');
const { bytes, labels, count, size } = cifarSample(0, 128);
const batch: LabelledBatch = { images: standardised(bytes), labels, count, size };

console.log(machine(`tfjs ${tf.version_core}`));
console.log(`\n${markdownHead('network', 'kernels, s an epoch', 'tfjs, s an epoch')}`);
for (const name of names) {
  const seconds = await epochs(networkOfName(name));
  console.log(markdownRow(name, ...seconds.map((s) => s.toFixed(0))));
}
for (const name of names) {
  console.log(`\n${markdownHead(`kernel, ${name}`, 'ms a step', 'share')}`);
  const spent = await profile(networkOfName(name));
  const total = Object.values(spent).reduce((sum, ms) => sum + ms, 0);
  for (const [kernel, ms] of Object.entries(spent).sort(([, s], [, t]) => t - s)) {
    console.log(markdownRow(kernel, ms.toFixed(2), `${((100 * ms) / total).toFixed(1)} %`));
  }
}

/** Seconds of an epoch in each of the engines, from medians of steps that alternate. */
async function epochs(network: LayerNormNetwork): Promise<number[]> {
  const params = initialParams(network, 1);
  const contestants = await Promise.all(
    Object.values(engines).map(async (create) => ({
      engine: await create({ network, params }),
      times: [] as number[],
    })),
  );
  for (let step = 0; step <= STEPS; step++) {
    for (const { engine, times } of contestants) {
      const before = milliseconds();
      await engine.step(batch, 0.01);
      if (step > 0) times.push(milliseconds() - before); // The first step compiles.
    }
  }
  for (const { engine } of contestants) engine.dispose();
  tf.dispose(params);
  return contestants.map(({ times }) => (EPOCH * quantile(times, 0.5)) / 1000);
}

/** Milliseconds of a step in each of the kernels. */
async function profile(network: LayerNormNetwork): Promise<Record<string, number>> {
  const [kernels, layout] = [await openKernels(), parameterLayout(network)];
  const params = initialParams(network, 1);
  const weights = kernels.place(await layout.pack(params));
  tf.dispose(params);
  const spent: Record<string, number> = {};
  const options = { layout, weights, gradient: kernels.reserve(4 * layout.count), size };
  const pass = trainingPass(network, { ...options, kernels: timed(kernels, spent) });
  pass(batch);
  for (const kernel of Object.keys(spent)) spent[kernel] = 0;
  for (let step = 0; step < STEPS; step++) pass(batch);
  return Object.fromEntries(Object.entries(spent).map(([kernel, ms]) => [kernel, ms / STEPS]));
}

/** Kernels that add up the time of their calls. */
function timed(kernels: Kernels, spent: Record<string, number>): Kernels {
  const calls = Object.entries(kernels.call).map(([name, kernel]) => [
    name,
    (...values: number[]) => {
      const before = milliseconds();
      kernel(...values);
      spent[name] = (spent[name] ?? 0) + milliseconds() - before;
    },
  ]);
  return { ...kernels, call: Object.fromEntries(calls) };
}

/** The time of the processor since the start of the process. */
function milliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
