/**
 * Measures the memory of `weightMatch` beyond the two networks, on the wasm backend: the peak of the
 * resident set during two sweeps minus the resident set before, divided by the bytes of both networks.
 * Every network has a process of its own, because the wasm heap never shrinks. `--large` adds an MLP of
 * 104 million parameters, which needs several GB and minutes.
 *
 *     npm run bench memory [-- --large]
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { type Params, weightMatch } from 'perm-lmc';
import { machine } from './support/machine';
import { type Architecture, initialise, mlp, vgg16 } from './support/networks';
import { type PeakMemory, peakMemory } from './support/peakMemory';
import { row } from './support/table';

/** The message of the process of one network. */
interface Measurement extends PeakMemory {
  /** Bytes of both networks. */
  readonly networks: number;
}

const ordinary = [mlp(3, 1024), vgg16, mlp(2, 4096)];
const large = mlp(7, 4096);
const columns = [14, 16, 12, 12, 10, 10];

const [flag, name] = process.argv.slice(2);
if (flag === '--one') await sendMeasurement(name);
else await printTable(flag === '--large' ? [...ordinary, large] : ordinary);

async function printTable(architectures: readonly Architecture[]): Promise<void> {
  console.log(`${machine()}\n`);
  console.log(row(columns, 'network', 'both networks MB', 'before MB', 'peak MB', 'extra', 's'));
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  for (const { name } of architectures) {
    const { networks, before, peak, seconds } = await inOwnProcess(name);
    const extra = `${((peak - before) / networks).toFixed(2)} ×`;
    const sizes = [networks, before, peak].map(megabytes);
    console.log(row(columns, name, ...sizes, extra, seconds.toFixed(1)));
  }
}

/** Runs this benchmark again as `--one NAME`, in a new process, and resolves to its message. */
function inOwnProcess(name: string): Promise<Measurement> {
  const run = fileURLToPath(new URL('../scripts/run.ts', import.meta.url));
  const child = fork(run, ['benchmarks', 'memory', '--one', name], {
    execArgv: [...process.execArgv, '--expose-gc'],
    // glibc gives back every freed block of this size at once, so that none of it hides in `before`.
    env: { ...process.env, MALLOC_MMAP_THRESHOLD_: '131072' },
  });
  return new Promise((resolve, reject) => {
    child.once('message', (measurement) => resolve(measurement as Measurement));
    child.once('exit', (code) => reject(new Error(`${name}: the process ended with ${code}`)));
  });
}

async function sendMeasurement(name: string): Promise<void> {
  await tf.setBackend('wasm');
  const architecture = [...ordinary, large].find((each) => each.name === name)!;
  const small = mlp(3, 64);
  await match(small, initialise(small, 1), initialise(small, 2));
  const [a, b] = [initialise(architecture, 1), initialise(architecture, 2)];
  const measured = await peakMemory((look) => match(architecture, a, b, look));
  process.send!({ ...measured, networks: bytesOf(a) + bytesOf(b) } satisfies Measurement);
}

function match({ spec }: Architecture, a: Params, b: Params, onProgress?: () => void) {
  return weightMatch(spec, a, b, { order: 'forward', maxSweeps: 2, onProgress });
}

function bytesOf(params: Params): number {
  return Object.values(params).reduce((sum, { size }) => sum + 4 * size, 0);
}
