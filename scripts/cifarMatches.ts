/**
 * Writes permutations to test/fixtures/cifar/barriers.json: those of a search by `weightMatch` for each pair of the
 * networks of test/fixtures/cifar, with their S. scripts/cifarBarriers.py adds the barriers with them.
 *
 *     npx tsx scripts/cifarMatches.ts && /usr/bin/python3 scripts/cifarBarriers.py
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { type PlainPermutations, weightMatch } from 'perm-lmc';
import { readSafetensors } from 'perm-lmc/node';
import { plainPermutations } from '../examples/paper/support/plainPermutations';
import { networkOfName } from '../examples/support/layerNorm/architectures';
import { specOf } from '../examples/support/layerNorm/specOf';

const folder = fileURLToPath(new URL('../test/fixtures/cifar/', import.meta.url));
const families = [
  { name: 'vgg8', network: networkOfName('vgg16-1/8'), steps: 6240, seeds: [1, 2, 3] },
  { name: 'r20', network: networkOfName('resnet20-16'), steps: 4680, seeds: [1, 2] },
];

await tf.setBackend('wasm');
const matches: Record<string, { S: number; permutations: PlainPermutations }> = {};
for (const { name, network, steps, seeds } of families) {
  const read = async (seed: number) =>
    (await readSafetensors(`${folder}${name}_s${seed}_${steps}.safetensors`)).params;
  for (const [i, first] of seeds.entries()) {
    for (const second of seeds.slice(i + 1)) {
      const [a, b] = [await read(first), await read(second)];
      const match = await weightMatch(specOf(network), a, b, { search: { rounds: 200 } });
      const key = `${name}_${first}${second}`;
      matches[key] = { S: match.objective, permutations: plainPermutations(match.permutations) };
      console.log(key, match.objective);
      tf.dispose([a, b]);
    }
  }
}
writeFileSync(`${folder}barriers.json`, JSON.stringify(matches));
