import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { installedPackage, projectFolder, run } from '../support/installedPackage';

beforeAll(installedPackage, 180_000);

/** Bundles a program for Node with esbuild and returns what it prints, as JSON. */
async function outputOf(name: string, program: string, external: string[]): Promise<unknown> {
  const folder = projectFolder(name);
  writeFileSync(join(folder, 'main.js'), program);
  await esbuild.build({
    ...{ entryPoints: [join(folder, 'main.js')], outfile: join(folder, 'out.mjs') },
    ...{ bundle: true, platform: 'node', format: 'esm', external },
  });
  return JSON.parse(run('node', ['out.mjs'], folder).trim().split('\n').at(-1)!);
}

const imports = `
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
`;
const tfjs = ['@tensorflow/*'];

describe('perm-lmc/node, bundled for Node', () => {
  it('reads and writes safetensors files', async () => {
    const program = `${imports}
import { readSafetensors, writeSafetensors } from 'perm-lmc/node';
await tf.setBackend('cpu');
await writeSafetensors('a.safetensors', { w: tf.tensor1d([1, 2, 3]) });
const { params } = await readSafetensors('a.safetensors');
console.log(JSON.stringify(Array.from(await params.w.data())));`;
    expect(await outputOf('nodeFiles', program, [...tfjs, 'piscina'])).toEqual([1, 2, 3]);
  });

  it('starts threads where it stays outside the bundle, as the docs say', async () => {
    const program = `${imports}
import { mlpSpec, permute, randomPermutations, weightMatch } from 'perm-lmc';
import { startThreads } from 'perm-lmc/node';
await tf.setBackend('cpu');
const spec = mlpSpec(2);
const a = {
  'dense1/kernel': tf.randomNormal([3, 40], 0, 1, 'float32', 1), 'dense1/bias': tf.zeros([40]),
  'dense2/kernel': tf.randomNormal([40, 2], 0, 1, 'float32', 2), 'dense2/bias': tf.zeros([2]),
};
const planted = randomPermutations(spec, a, { seed: 1 });
const threads = await startThreads({ count: 2 });
const match = await weightMatch(spec, permute(spec, a, planted), a, { restarts: 3, threads });
await threads.close();
console.log(JSON.stringify(match.permutations.h1.join() === planted.h1.join()));`;
    expect(await outputOf('nodeThreads', program, [...tfjs, 'perm-lmc/node'])).toBe(true);
  });
});
