/**
 * Times work with and without threads: two threads against none, interleaved in one run. Products n × n × n alone,
 * whose rows are divided; then `weightMatch` on the wasm backend: matches alone, whose start and products are divided,
 * of independent MLPs and of noisy copies, eight runs of one match (`restarts`), and four pairs at once. Prints medians
 * and ratios with quartiles.
 *
 *     npm run bench threads [-- products 'MLP 3×512' …]
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { type MatchThreads, type Params, weightMatch } from 'perm-lmc';
import { startThreads } from 'perm-lmc/node';
import { machine } from './support/machine';
import { initialise, mlp, noisyCopy } from './support/networks';
import { quantile, row, spread } from './support/table';

const REPEATS = 5;
const columns = [36, 12, 16, 22];
const only = process.argv.slice(2);

await tf.setBackend('wasm');
const threads = await startThreads({ count: 2 });
console.log(machine());
console.log('a ratio below 1 means that threads help; median (quartiles)\n');
console.log(row(columns, 'work', 'none, s', '2 threads, s', '2 threads / none'));
if (only.length === 0 || only.includes('products')) {
  const alone = await startThreads({ count: 1 });
  for (const n of [384, 512, 768, 1024]) {
    const product = squareProduct(n);
    await compare(`product ${n} × ${n} × ${n}`, ({ threads: split = alone }) => product(split), 25);
  }
  await alone.close();
}
for (const architecture of [mlp(3, 512), mlp(3, 1024), mlp(3, 2048)]) {
  const { name, spec } = architecture;
  if (only.length > 0 && !only.includes(name)) continue;
  const [first, ...others] = [1, 2, 3, 4, 5].map((seed) => initialise(architecture, seed));
  const copy = noisyCopy(architecture, first);
  const match = (b: Params, options: { restarts?: number; threads?: MatchThreads }) =>
    weightMatch(spec, first, b, { order: 'forward', ...options });
  await compare(`${name}, noisy copy`, (options) => match(copy, options));
  await compare(`${name}, independent`, (options) => match(others[0], options));
  if (name === 'MLP 3×512') {
    await compare(`${name}, 8 runs`, (options) => match(others[0], { restarts: 8, ...options }));
    await compare(`${name}, 4 pairs at once`, (options) =>
      Promise.all(others.map((other) => match(other, options))),
    );
  }
  tf.dispose([first, ...others, copy]);
}
await threads.close();

/** A product of random matrices, on some threads. */
function squareProduct(n: number): (threads: MatchThreads) => Promise<void> {
  const line = Int32Array.from({ length: n }, (_, i) => i);
  const rows = () => {
    const values = threads.work.allocate(n * n);
    for (let at = 0; at < values.length; at++) values[at] = Math.random();
    const first = { offsets: line.map((i) => n * i), factors: null };
    return { values, units: n, copies: 1, first, rest: { offsets: line, factors: null } };
  };
  const products = [{ left: rows(), right: rows(), minus: null }];
  const sum = threads.work.allocate(n * n);
  return async ({ work }) => work.addProducts(sum, products);
}

async function compare(
  work: string,
  run: (options: { threads?: MatchThreads }) => Promise<unknown>,
  repeats = REPEATS,
): Promise<void> {
  const [none, two] = [[] as number[], [] as number[]];
  await run({ threads }); // a warm-up
  for (let repeat = 0; repeat < repeats; repeat++) {
    none.push(await secondsOf(() => run({})));
    two.push(await secondsOf(() => run({ threads })));
  }
  const medians = [none, two].map((seconds) => quantile(seconds, 0.5).toPrecision(3));
  console.log(row(columns, work, ...medians, spread(two.map((seconds, i) => seconds / none[i]))));
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
