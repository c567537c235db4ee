import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { identityPermutations, type Params, permutationSpec } from 'perm-lmc';
import {
  type MergeFilesOptions,
  mergeFiles,
  readSafetensors,
  writeSafetensors,
} from 'perm-lmc/node';
import { afterAll, expect, it } from 'vitest';
import { useBackend } from '../support/backend';

await useBackend('cpu');

const folder = mkdtempSync(join(tmpdir(), 'merge-mixture-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = permutationSpec({ w: 'h' });

/** The merged values of files that hold these values. */
async function merged(values: readonly number[][], options: MergeFilesOptions): Promise<number[]> {
  const networks = values.map((own): Params => ({ w: tf.tensor1d(own) }));
  const paths = networks.map((_, i) => join(folder, `${i}.safetensors`));
  for (const [i, path] of paths.entries()) {
    await writeSafetensors(path, networks[i], { overwrite: true });
  }
  const same = identityPermutations(spec, networks[0]);
  const output = join(folder, 'out.safetensors');
  await mergeFiles(
    spec,
    paths,
    paths.slice(1).map(() => same),
    output,
    { ...options, overwrite: true },
  );
  const { params } = await readSafetensors(output);
  return Array.from(await params.w.data());
}

it('a file of weight 1 alone is the result, value for value', async () => {
  const values = [
    [1, Infinity],
    [-Infinity, Number.NaN],
  ];
  expect(await merged(values, { weights: [1, 0] })).toEqual([1, Infinity]);
  expect(await merged(values, { weights: [0, 1] })).toEqual([-Infinity, Number.NaN]);
});

it('values that all files share stay, infinities included, also with negative weights', async () => {
  const [shared] = Float32Array.of(0.1);
  const values = [
    [0.1, -Infinity, 1],
    [0.1, -Infinity, 3],
  ];
  expect(await merged(values, { weights: [0.3, 0.7] })).toEqual([
    shared,
    -Infinity,
    Math.fround(0.3 * 1 + 0.7 * 3),
  ]);
  expect(await merged(values, { weights: [2, -1], anyWeights: true })).toEqual([
    shared,
    -Infinity,
    -1,
  ]);
});

it('takes weights that sum to 1 within rounding, and any where asked', async () => {
  const values = [[3], [6], [9]];
  expect(await merged(values, { weights: [0.333, 0.333, 0.333] })).toEqual([6]);
  expect(await merged(values, { weights: [-1, 1, 1], anyWeights: true })).toEqual([12]);
  expect(await merged(values, { weights: [0, 0, 0], anyWeights: true })).toEqual([0]);
  await expect(merged(values, { weights: [-1, 1, 1] })).rejects.toThrow(
    /mergeFiles: weights\[0\] is -1, .*anyWeights: true/,
  );
});
