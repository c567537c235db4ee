/**
 * Measures functions by the number of parameters, on networks of thousands of small tensors: a chain of dense
 * layers, a residual network, attention and products of groups. It prints seconds of CPU time, which other work on
 * the machine changes less than elapsed time, and the exponent p of t ≈ c·nᵖ over the two largest numbers. What took
 * more than 20 s is not measured on more parameters.
 *
 *     npm run bench parameters [-- LARGEST_NUMBER [FUNCTION [NETWORK]]]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import type { DeepNetwork } from './support/deepNetworks';
import { type DeepPair, deepPair, type ParameterCase } from './support/deepPair';
import { fittedExponent } from './support/exponent';
import { fileCases } from './support/fileCases';
import { machine } from './support/machine';
import { parameterCases } from './support/parameterCases';
import { markdownHead, markdownRow } from './support/table';

const MOST_SECONDS = 20;

const [largest = '8000', part = '', only = ''] = process.argv.slice(2);
const numbers = [1000, 2000, 4000, 8000, 16000].filter((n) => n <= Number(largest));
const cases = [...parameterCases, ...fileCases].filter(({ name }) => name.includes(part));
const networks = [...new Set(cases.flatMap((each) => each.networks))];

await tf.setBackend('wasm');
const folder = await mkdtemp(join(tmpdir(), 'perm-lmc-parameters-'));
console.log(`${machine()}\n`);
console.log(markdownHead('function', 'network', ...numbers.map(String), 'exponent'));
try {
  for (const network of networks) if (network.name.startsWith(only)) await measureOn(network);
} finally {
  await rm(folder, { recursive: true });
}

/** Measures all functions on one network of all sizes. */
async function measureOn(network: DeepNetwork): Promise<void> {
  const pairs = numbers.map((n) => deepPair(network, n, folder));
  for (const each of cases) {
    if (!each.networks.includes(network)) continue;
    const times: number[] = [];
    for (const pair of pairs) {
      if ((times.at(-1) ?? 0) <= MOST_SECONDS) times.push(await secondsOf(each, pair));
    }
    const cells = numbers.map((_, i) => times[i]?.toFixed(3) ?? '–');
    const exponent = fittedExponent(numbers.slice(0, times.length).slice(-2), times.slice(-2));
    console.log(markdownRow(each.name, network.name, ...cells, exponent.toFixed(2)));
  }
  for (const pair of pairs) pair.dispose();
}

/** The CPU time of the work in seconds. */
async function secondsOf({ prepare }: ParameterCase, pair: DeepPair): Promise<number> {
  const work = await prepare(pair);
  const start = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(start);
  tf.dispose(result as tf.TensorContainer);
  return (user + system) / 1e6;
}
