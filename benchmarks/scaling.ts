/**
 * Measures the cost of `weightMatch` by the width and by the depth of an MLP, on the wasm
 * backend. Pairs of independent initialisations, groups in forward order: seconds per sweep over the
 * first three sweeps, which cost most, and seconds until convergence. Below each table is the
 * exponent p of t ≈ c·nᵖ. At the end one sweep of 784-4096-10 and of 784-4096-4096-10 alone. Medians of
 * three runs, from width 2048 on of one.
 *
 *     npm run bench scaling [-- LARGEST_WIDTH]
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { type Params, weightMatch } from 'perm-lmc';
import { describeExponents } from './support/exponent';
import { machine } from './support/machine';
import { type Architecture, initialise, mlp } from './support/networks';
import { quantile, row } from './support/table';

const CHEAP_WIDTH = 1024;
const REPEATS = 3;
const DEPTH_WIDTH = 128;
/** The most seconds that one sweep of the largest network should take. */
const TARGET_SECONDS = 10;

/** Medians over the runs. */
interface Cost {
  readonly sweeps: number;
  readonly seconds: number;
  readonly secondsPerSweep: number;
}

const largest = Number(process.argv[2] ?? 4096);
const widths = [64, 128, 256, 512, 1024, 2048, 4096].filter((n) => n <= largest);
const depths = [1, 2, 4, 8, 16, 32];
const columns = [8, 15, 12, 18, 20];

await tf.setBackend('wasm');
console.log(machine());
await cost(mlp(2, 64), 100, REPEATS);

await printGrowth('width', widths, (n) => mlp(2, n), '784-n-n-10');
await printGrowth('depth', depths, (d) => mlp(d, DEPTH_WIDTH), `hidden layers of ${DEPTH_WIDTH}`);
if (largest >= 4096) {
  for (const hidden of [1, 2]) {
    const { seconds } = await cost(mlp(hidden, 4096), 1, 1);
    const widths = ['784', ...Array(hidden).fill('4096'), '10'].join('-');
    console.log(`\n${widths}, one sweep: ${seconds.toFixed(1)} s (aim: ${TARGET_SECONDS} s)`);
  }
}

/** Measures the networks of all sizes, and prints the table and its exponents. */
async function printGrowth(
  size: string,
  sizes: readonly number[],
  architecture: (size: number) => Architecture,
  title: string,
): Promise<void> {
  console.log(`\n${size}: ${title}`);
  console.log(row(columns, size, 's per sweep', 'sweeps', 's to converge', 'converging s/sweep'));
  const three: Cost[] = [];
  const converged: Cost[] = [];
  for (const n of sizes) {
    const cheap = size === 'depth' || n <= CHEAP_WIDTH;
    three.push(await cost(architecture(n), 3, cheap ? REPEATS : 1));
    if (cheap) converged.push(await cost(architecture(n), 100, REPEATS));
    const whole = cheap ? converged.at(-1) : undefined;
    console.log(
      row(
        columns,
        `${n}`,
        three.at(-1)!.secondsPerSweep.toFixed(4),
        whole ? `${whole.sweeps}` : '–',
        whole?.seconds.toFixed(3) ?? '–',
        whole?.secondsPerSweep.toFixed(4) ?? '–',
      ),
    );
  }
  const seconds = (costs: Cost[], per: 'seconds' | 'secondsPerSweep') =>
    describeExponents(
      sizes.slice(0, costs.length),
      costs.map((each) => each[per]),
    );
  console.log(`per sweep: ${seconds(three, 'secondsPerSweep')}`);
  console.log(`to converge: ${seconds(converged, 'seconds')}`);
  console.log(`per sweep until converged: ${seconds(converged, 'secondsPerSweep')}`);
}

async function cost(architecture: Architecture, maxSweeps: number, runs: number): Promise<Cost> {
  const a = initialise(architecture, 1);
  const b = initialise(architecture, 2);
  const times: number[] = [];
  let sweeps = 0;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    ({ sweeps } = await match(architecture, a, b, maxSweeps));
    times.push((performance.now() - start) / 1000);
  }
  tf.dispose([a, b]);
  const seconds = quantile(times, 0.5);
  return { sweeps, seconds, secondsPerSweep: seconds / sweeps };
}

function match({ spec }: Architecture, a: Params, b: Params, maxSweeps: number) {
  return weightMatch(spec, a, b, { order: 'forward', maxSweeps });
}
