import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  attention,
  chain,
  type DeepNetwork,
  products,
  residual,
} from '../../benchmarks/support/deepNetworks';
import { type DeepPair, deepPair } from '../../benchmarks/support/deepPair';
import { fileCases } from '../../benchmarks/support/fileCases';
import { parameterCases } from '../../benchmarks/support/parameterCases';
import { useBackend } from '../support/backend';
import { expectLinear } from '../support/expectLinear';
import { longForm } from '../support/longForm';

await useBackend('wasm');

const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-parameters-'));
const cases = [...parameterCases, ...fileCases];
let pairs: DeepPair[] = [];
let calls = 0;

afterEach(() => {
  for (const pair of pairs) pair.dispose();
  pairs = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The work of a case of the benchmark on a network. Tensors are disposed. */
async function workOf(name: string, network: DeepNetwork, parameters: number) {
  const pair = deepPair(network, parameters, mkdtempSync(join(folder, `${calls++}-`)));
  pairs.push(pair);
  const work = await cases.find((each) => each.name === name)!.prepare(pair);
  return async () => tf.dispose((await work()) as tf.TensorContainer);
}

describe('the benchmark of functions by the number of parameters', () => {
  it.each(cases.flatMap(({ name, networks }) => networks.map((network) => ({ name, network }))))(
    'measures $name on a small network, $network.name',
    async ({ name, network }) => {
      await expect((await workOf(name, network, 30))()).resolves.toBeUndefined();
    },
  );
});

describe.runIf(longForm)('time in proportion to the number of parameters', () => {
  it.each([
    { name: 'formatSpec', network: chain, n: 1000 },
    { name: 'permute', network: attention, n: 1000 },
    { name: 'weightMatch, one sweep', network: chain, n: 500 },
    { name: 'weightMatch, one sweep', network: products, n: 500 },
    { name: 'mergeFiles', network: residual, n: 500 },
    { name: 'estimateBatchNorm', network: residual, n: 1000 },
    { name: 'activationMatch, given', network: chain, n: 1000 },
    { name: 'traceSpec', network: chain, n: 1000 },
    { name: 'writeOnnx', network: chain, n: 200 },
  ])('$name, $network.name', async ({ name, network, n }) => {
    await expectLinear((parameters) => workOf(name, network, parameters), n);
  });
});
