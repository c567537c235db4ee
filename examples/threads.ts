/**
 * Uses more than one core: eight runs of a match from different starts, side by side on threads, and then
 * on one thread for comparison. It shows that every start ends in its own maximum, that the best is
 * returned and is the same for any number of threads, and how to report progress and to interrupt the
 * work.
 *
 *     npm run example threads
 *
 * Ctrl-C ends it in the middle of a match. With --quick it aligns smaller networks.
 */
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { mlpSpec, weightMatch } from 'perm-lmc';
import { startThreads } from 'perm-lmc/node';
import { initMlp } from './support/mlp';

const quick = process.argv.includes('--quick');
const width = quick ? 24 : 512;

await tf.setBackend('wasm');
const [a, b] = [1, 2].map((seed) => initMlp([784, width, width, width, 10], seed));
const spec = mlpSpec(4);
const abort = new AbortController();
process.once('SIGINT', () => abort.abort(new Error('interrupted')));

const threads = await startThreads();
try {
  const options = { restarts: 8, seed: 0, signal: abort.signal };
  const best = new Map<number, number>();
  const together = await timed(`on ${availableParallelism()} threads`, () =>
    weightMatch(spec, a, b, {
      ...options,
      threads,
      onProgress: ({ restart, objective }) => best.set(restart, objective),
    }),
  );
  for (const [restart, objective] of [...best].sort(([one], [other]) => one - other)) {
    console.log(`  run ${restart}: objective ${objective.toFixed(4)}`);
  }
  const alone = await timed('on one', () => weightMatch(spec, a, b, options));
  const same = Object.keys(alone.permutations).every(
    (group) => alone.permutations[group].join() === together.permutations[group].join(),
  );
  console.log(`the permutations are ${same ? 'the same' : 'different'}`);
} finally {
  await threads.close();
  tf.dispose([a, b]);
}

async function timed<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  const result = await work();
  console.log(`eight runs ${name}: ${((performance.now() - start) / 1000).toFixed(2)} s`);
  return result;
}
