import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec } from 'perm-lmc';
import { mergeFiles, permuteFile, readSafetensors, writeSafetensors } from 'perm-lmc/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeShards } from '../../src/node/checkpoints/writeShards';
import { useBackend } from '../support/backend';
import { sharded } from './sharded';

await useBackend('cpu');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perm-lmc-shards-'));
  mkdirSync(at('out'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]) => join(folder, ...names);

const spec = permutationSpec({ 'fc1.weight': 'h _', 'fc1.bias': 'h', 'fc2.weight': '_ h' });
const swap = { h: Int32Array.of(1, 0) };
const values = {
  'fc1.weight': [1, 2, 3, 4],
  'fc1.bias': [5, 6],
  'fc2.weight': [7, 8],
};
/** The values with the units of `h` exchanged. */
const swapped = { 'fc1.weight': [3, 4, 1, 2], 'fc1.bias': [6, 5], 'fc2.weight': [8, 7] };

/** The params of the network, times a factor. */
function params(factor = 1): Params {
  const times = (list: readonly number[]) => list.map((value) => factor * value);
  return {
    'fc1.weight': tf.tensor2d(times(values['fc1.weight']), [2, 2]),
    'fc1.bias': tf.tensor1d(times(values['fc1.bias'])),
    'fc2.weight': tf.tensor2d(times(values['fc2.weight']), [1, 2]),
  };
}

async function valuesIn(path: string): Promise<Record<string, number[]>> {
  const { params: read } = await readSafetensors(path);
  const lists = Object.entries(read).map(([name, each]) => [name, [...each.dataSync()]]);
  tf.dispose(read);
  return Object.fromEntries(lists);
}

const indexIn = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

describe('an output that ends in .index.json', () => {
  it('has the shards of the first checkpoint, by name and division', async () => {
    const a = await sharded(folder, 'a', params());
    await permuteFile(spec, a, swap, at('out', 'model.safetensors.index.json'));
    expect(readdirSync(at('out')).sort()).toEqual([
      'a-1-of-2.safetensors',
      'a-2-of-2.safetensors',
      'model.safetensors.index.json',
    ]);
    const index = at('out', 'model.safetensors.index.json');
    expect(await valuesIn(index)).toEqual(swapped);
    // 8 float32 values.
    expect(indexIn(index)).toEqual({
      metadata: { total_size: 32 },
      weight_map: indexIn(a).weight_map,
    });
  });

  it('holds the merge of sharded checkpoints, with progress over all shards', async () => {
    const paths = [await sharded(folder, 'a', params()), await sharded(folder, 'b', params(3))];
    const seen: number[][] = [];
    const output = at('out', 'merged.safetensors.index.json');
    const identity = { h: Int32Array.of(0, 1) };
    await mergeFiles(spec, paths, [identity], output, {
      onProgress: ({ done, total }) => seen.push([done, total]),
    });
    const means = Object.entries(values).map(([name, list]) => [name, list.map((x) => 2 * x)]);
    expect(await valuesIn(output)).toEqual(Object.fromEntries(means));
    expect(seen).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  it('beside its inputs takes other names, and leaves the inputs as they are', async () => {
    const paths = [
      await sharded(folder, 'a', params()),
      await sharded(folder, 'merged', params(3)),
    ];
    const before = await valuesIn(paths[1]);
    const output = at('merged2.safetensors.index.json');
    await mergeFiles(spec, paths, [{ h: Int32Array.of(0, 1) }], output);
    expect(new Set(Object.values(indexIn(output).weight_map))).toEqual(
      new Set(['merged2-00001-of-00002.safetensors', 'merged2-00002-of-00002.safetensors']),
    );
    expect(await valuesIn(paths[0])).toEqual(values);
    expect(await valuesIn(paths[1])).toEqual(before);
  });

  it('that is the index of the input leaves its shards and points to new ones', async () => {
    const path = await sharded(folder, 'a', params());
    await permuteFile(spec, path, swap, path, { overwrite: true });
    expect(await valuesIn(path)).toEqual(swapped);
    await permuteFile(spec, path, swap, path, { overwrite: true });
    expect(await valuesIn(path)).toEqual(values);
  });

  it('is one shard for a small file', async () => {
    await writeSafetensors(at('a.safetensors'), params(), { metadata: { format: 'pt' } });
    const output = at('out', 'model.safetensors.index.json');
    await permuteFile(spec, at('a.safetensors'), swap, output);
    expect(readdirSync(at('out')).sort()).toEqual([
      'model-00001-of-00001.safetensors',
      'model.safetensors.index.json',
    ]);
    const { params: read, metadata } = await readSafetensors(output);
    tf.dispose(read);
    expect(metadata).toEqual({ format: 'pt' });
  });
});

describe('a sharded output that fails', () => {
  it('leaves nothing behind at an abort in the last shard', async () => {
    const path = await sharded(folder, 'a', params());
    const stop = new AbortController();
    const failing = permuteFile(spec, path, swap, at('out', 'm.safetensors.index.json'), {
      signal: stop.signal,
      onProgress: ({ done, total }) => done === total && stop.abort(new Error('enough')),
    });
    await expect(failing).rejects.toThrow('enough');
    expect(readdirSync(at('out'))).toEqual([]);
  });

  it('replaces no file without overwrite, and writes none', async () => {
    const path = await sharded(folder, 'a', params());
    writeFileSync(at('out', 'a-2-of-2.safetensors'), 'mine');
    const output = at('out', 'm.safetensors.index.json');
    await expect(permuteFile(spec, path, swap, output)).rejects.toThrow(
      /there is already something at '.*a-2-of-2.safetensors'/,
    );
    expect(readdirSync(at('out'))).toEqual(['a-2-of-2.safetensors']);
    expect(readFileSync(at('out', 'a-2-of-2.safetensors'), 'utf8')).toBe('mine');
    await permuteFile(spec, path, swap, output, { overwrite: true });
    expect(await valuesIn(output)).toEqual(swapped);
  });

  it('is refused before anything is written where JSON is no index', async () => {
    const path = await sharded(folder, 'a', params());
    await expect(permuteFile(spec, path, swap, at('out', 'model.json'))).rejects.toThrow(
      /permuteFile: '.*model.json' is JSON and not the index of shards\. Name an output/,
    );
    expect(readdirSync(at('out'))).toEqual([]);
  });
});

it('shards of one file keep to the limit of bytes', async () => {
  const tensors = ['a', 'b', 'c'].map((name) => ({
    ...{ name, dtype: 'U8', shape: [4], path: 'x' },
    bytes: async function* () {
      yield Uint8Array.of(1, 2, 3, 4);
    },
  })) as Parameters<typeof writeShards>[0];
  const destination = {
    ...{ path: at('out', 'w.index.json'), overwrite: false, onProgress: undefined },
    ...{ inputs: [], assertInputs: async () => {}, yieldPoint: async () => {} },
  };
  const contentOf: Parameters<typeof writeShards>[3]['contentOf'] = (own) => async (handle) => {
    for (const { bytes } of own) for await (const piece of bytes()) await handle.write(piece);
  };
  await writeShards(tensors, {}, destination, { ending: '.raw', contentOf }, 8);
  expect([...readFileSync(at('out', 'w-00001-of-00002.raw'))]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
  expect([...readFileSync(at('out', 'w-00002-of-00002.raw'))]).toEqual([1, 2, 3, 4]);
  expect(indexIn(at('out', 'w.index.json')).metadata).toEqual({ total_size: 12 });
});
