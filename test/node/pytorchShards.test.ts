import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { permutationSpec } from 'perm-lmc';
import { permuteFile, readCheckpoint } from 'perm-lmc/node';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../cli/checkpoints';
import { useBackend } from '../support/backend';

await useBackend('cpu');
const at = temporaryFolder();
const path = fileURLToPath(
  new URL('../fixtures/pytorch/pytorch_model.bin.index.json', import.meta.url),
);
const none = permutationSpec({}, { unlisted: 'fixed' });

const plain = async (file: string) => {
  const { params, format } = await readCheckpoint(file);
  const lists = Object.entries(params).map(([name, each]) => [name, [...each.dataSync()]]);
  tf.dispose(params);
  return { format, values: Object.fromEntries(lists) };
};

it.each([
  ['pytorch_model.bin.index.json', '.bin', 'PyTorch'],
  ['model.safetensors.index.json', '.safetensors', 'safetensors'],
])(
  'a sharded PyTorch checkpoint is written as %s with its division',
  async (name, ending, format) => {
    await permuteFile(none, path, {}, at(name));
    const files = readdirSync(at('.'))
      .filter((file) => file.endsWith(ending))
      .sort();
    expect(files).toEqual([`shard-1-of-2${ending}`, `shard-2-of-2${ending}`]);
    const { weight_map } = JSON.parse(readFileSync(path, 'utf8'));
    const written = JSON.parse(readFileSync(at(name), 'utf8')).weight_map;
    expect(Object.keys(written).sort()).toEqual(Object.keys(weight_map).sort());
    expect(await plain(at(name))).toEqual({ ...(await plain(path)), format });
  },
);
