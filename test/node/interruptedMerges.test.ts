import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { identityPermutations, type Params } from 'perm-lmc';
import { type MergeFilesOptions, mergeFiles, writeSafetensors } from 'perm-lmc/node';
import { onnxParams } from 'perm-lmc/onnx';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../cli/checkpoints';
import { useBackend } from '../support/backend';
import { onFullDisk } from '../support/fullDisk';
import { smallModel, smallSpec } from './onnxModels';
import { sharded } from './sharded';

vi.mock('node:fs/promises', async (importOriginal) => {
  const { withFullDisk } = await import('../support/fullDisk');
  return withFullDisk(await importOriginal<typeof import('node:fs/promises')>());
});
await useBackend('cpu');

const at = temporaryFolder();
const params: Params = onnxParams(smallModel(1));
const names = Object.keys(params);
const same = identityPermutations(smallSpec, params);
writeFileSync(at('a.onnx'), smallModel(1));
await writeSafetensors(at('a.safetensors'), params);
const index = await sharded(at('.'), 'a', params);

/** The outputs, each with a first checkpoint that can be written in its format. */
const outputs: readonly (readonly [output: string, first: string])[] = [
  ['out.safetensors', at('a.safetensors')],
  ['out.pt', at('a.safetensors')],
  ['out.npz', at('a.safetensors')],
  ['out.safetensors.index.json', index],
  ['out.bin.index.json', index],
  ['out.onnx', at('a.onnx')],
];

const out = (name = '.') => at(`out/${name}`);
beforeEach(() => mkdirSync(out()));
afterEach(() => rmSync(out(), { recursive: true }));

const merge = (first: string, second: string, output: string, options: MergeFilesOptions = {}) =>
  mergeFiles(smallSpec, [first, second], [same], out(output), options);

/** The files in the folder of the output. */
const contents = () => readdirSync(out()).map((name) => [name, readFileSync(out(name))] as const);

/** A copy of the network in which one tensor has a value that overflows when it is doubled. */
async function overflowing(name: string): Promise<string> {
  const huge = tf.fill(params[name].shape, 3e38);
  await writeSafetensors(at('huge.safetensors'), { ...params, [name]: huge }, { overwrite: true });
  return at('huge.safetensors');
}

describe('a merge leaves nothing behind', () => {
  it.each(outputs)('in %s where it is aborted, at any tensor', async (output, first) => {
    for (let last = 0; last < names.length; last++) {
      const stop = new AbortController();
      if (last === 0) stop.abort(new Error('enough'));
      const merging = merge(first, at('a.safetensors'), output, {
        signal: stop.signal,
        onProgress: ({ done }) => done === last && stop.abort(new Error('enough')),
      });
      await expect(merging).rejects.toThrow('enough');
      expect(readdirSync(out())).toEqual([]);
    }
  });

  it.each(outputs)('in %s where a mean overflows, in any tensor', async (output, first) => {
    for (const name of names) {
      const options = { weights: [1, 2], anyWeights: true };
      const merging = merge(first, await overflowing(name), output, options);
      await expect(merging).rejects.toThrow(`"${name}"`);
      expect(readdirSync(out())).toEqual([]);
    }
  });

  it.each(outputs)('in %s where the disk is full, after any bytes', async (output, first) => {
    await merge(first, at('a.safetensors'), output);
    const written = contents();
    const total = written.reduce((sum, [, bytes]) => sum + bytes.length, 0);
    for (const [name] of written) rmSync(out(name));
    for (const after of [0, 1, 100, total >> 2, total >> 1, total - 100, total - 1]) {
      const merging = onFullDisk(after, () => merge(first, at('a.safetensors'), output));
      await expect(merging).rejects.toThrow('ENOSPC');
      expect(readdirSync(out())).toEqual([]);
    }
  });

  it.each(outputs)('in %s, and what was there before', async (output, first) => {
    await merge(first, at('a.safetensors'), output);
    const before = contents();
    const other = await overflowing(names[names.length - 1]);
    const options = { weights: [1, 2], anyWeights: true, overwrite: true };
    await expect(merge(first, other, output, options)).rejects.toThrow('overflows');
    expect(contents()).toEqual(before);
  });
});
