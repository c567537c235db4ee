/**
 * The share of the kernel's own rate that a first sweep of coordinate descent reaches, on one thread and the wasm
 * backend. The sweep starts from random permutations, as that of independent networks does, with nothing kept from
 * other sweeps but memory. Its rate is the multiplications and additions of the grams that it needs over its time, with
 * the assignments and all else that a step does. The kernel's own rate is that of products of packed panels of the
 * widest group. Both are measured in turn, and the fastest of five of each counts: other work on the machine only adds.
 *
 *     npm run bench kernelShare [-- 784-1024-1024-10 VGG-16 …]
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { firstSweep } from './support/firstSweep';
import { machine } from './support/machine';
import { type Architecture, mlp, resnet20, vgg16 } from './support/networks';
import { row } from './support/table';

const REPEATS = 5;
/** A sweep that takes longer is not repeated. */
const LONG_SECONDS = 5;
/** The work of the kernel alone between two sweeps. */
const KERNEL_GFLOP = 2;

const twoLayers = (n: number): Architecture => ({ ...mlp(2, n), name: `784-${n}-${n}-10` });
const networks = [...[256, 512, 1024, 2048, 4096].map(twoLayers), resnet20(4), vgg16];
const only = process.argv.slice(2);
const columns = [20, 10, 12, 18, 18, 8];

await tf.setBackend('wasm');
console.log(machine());
console.log(
  row(columns, 'network', 'GFLOP', 'sweep, s', 'sweep, GFLOP/s', 'kernel, GFLOP/s', 'share'),
);
for (const network of networks) {
  if (only.length === 0 || only.includes(network.name)) await measure(network);
}

/** Times first sweeps and the kernel alone, in turn, and prints the row. */
async function measure(network: Architecture): Promise<void> {
  const { gflop, sweep, multiply, dispose } = await firstSweep(network);
  const [sweeps, kernel]: number[][] = [[], []];
  await sweep(); // a warm-up
  for (let repeat = 0; repeat < REPEATS && !(sweeps[0] > LONG_SECONDS); repeat++) {
    const start = performance.now();
    const done = multiply(KERNEL_GFLOP);
    const middle = performance.now();
    await sweep();
    kernel.push((1000 * done) / (middle - start));
    sweeps.push((performance.now() - middle) / 1000);
  }
  const [seconds, rate] = [Math.min(...sweeps), Math.max(...kernel)];
  const cells = [gflop, seconds, gflop / seconds, rate, gflop / seconds / rate];
  console.log(row(columns, network.name, ...cells.map((each) => each.toPrecision(3))));
  dispose();
}
