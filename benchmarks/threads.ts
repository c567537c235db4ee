/**
 * Times `weightMatch` with and without threads, on the wasm backend. Eight runs of one match (`restarts`), four pairs at
 * once, and one match alone whose products are split: with two threads against none, interleaved in one
 * run, on pairs of independent MLPs 3×512. Prints medians and ratios with quartiles.
 *
 *     npm run bench threads
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { type MatchThreads, type Params, weightMatch } from 'perm-lmc';
import { startThreads } from 'perm-lmc/node';
import { machine } from './support/machine';
import { initialise, mlp } from './support/networks';
import { quantile, row, spread } from './support/table';

const REPEATS = 3;
const architecture = mlp(3, 512);
const columns = [24, 12, 16, 22];

await tf.setBackend('wasm');
const threads = await startThreads({ count: 2 });
const networks = [1, 2, 3, 4, 5].map((seed) => initialise(architecture, seed));
const [first, ...others] = networks;
const match = (b: Params, options: { restarts?: number; threads?: MatchThreads }) =>
  weightMatch(architecture.spec, first, b, { order: 'forward', ...options });

console.log(machine());
console.log('a ratio below 1 means that threads help; median (quartiles)\n');
console.log(row(columns, 'work', 'none, s', '2 threads, s', '2 threads / none'));
await compare('8 runs of one match', (options) => match(others[0], { restarts: 8, ...options }));
await compare('4 pairs at once', (options) =>
  Promise.all(others.map((other) => match(other, options))),
);
await compare('1 match alone', (options) => match(others[0], options));
await threads.close();
tf.dispose(networks);

async function compare(
  work: string,
  run: (options: { threads?: MatchThreads }) => Promise<unknown>,
): Promise<void> {
  const [none, two] = [[] as number[], [] as number[]];
  await run({ threads }); // a warm-up
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    none.push(await secondsOf(() => run({})));
    two.push(await secondsOf(() => run({ threads })));
  }
  const medians = [none, two].map((seconds) => quantile(seconds, 0.5).toFixed(2));
  console.log(row(columns, work, ...medians, spread(two.map((seconds, i) => seconds / none[i]))));
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
